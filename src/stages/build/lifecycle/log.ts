import { stripVTControlCharacters } from 'node:util';
import { limits } from '../../../base/limits.ts';
import { LineSplitter } from '../../../base/line-splitter.ts';
import type { BuildpackName } from '../../../model/builder-facts.ts';
import type { BuildpackSaid, LifecyclePhase, LifecycleSaid } from '../../../model/lifecycle.ts';

/**
 * Reads what a lifecycle writes at log level `debug`, where it names each buildpack before that one speaks. What is
 * read here makes sentences and answers of the kind "it said so", and decides nothing about an image.
 */
export class LifecycleLog {
  readonly #lines: LineSplitter;
  readonly #onLine: (line: string) => void;
  readonly #said: Said[] = [];
  readonly #errors: string[] = [];
  readonly #broken: { readonly buildpack: BuildpackName; readonly status: number }[] = [];
  #group: BuildpackName[] = [];
  #phase: LifecyclePhase | undefined;
  #current: Said | undefined;
  /** Lines of the group that are still to come. */
  #members = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
    this.#lines = new LineSplitter((line) => this.#take(line));
  }

  readonly add = (chunk: Uint8Array): void => this.#lines.add(chunk);

  end(): LifecycleSaid {
    this.#lines.end();
    return {
      phase: this.#phase,
      group: this.#group,
      said: this.#said.map(({ buildpack, phase, head, tail }): BuildpackSaid => ({
        buildpack,
        phase,
        lines: [...head, ...tail],
      })),
      broken: this.#broken,
      errors: this.#errors,
    };
  }

  #take(written: string): void {
    const line = stripVTControlCharacters(written).trimEnd().slice(0, limits.saidLineCharsMax);
    if (line.trim() === '') return;
    this.#onLine(line);
    if (this.#heading(line) || this.#results(line) || this.#member(line)) return;
    const error = /^ERROR: (.*)$/.exec(line)?.[1];
    if (error !== undefined) {
      if (this.#errors.length < limits.saidErrorsMax) this.#errors.push(error);
      return;
    }
    if (this.#current !== undefined) keep(this.#current, line);
  }

  #heading(line: string): boolean {
    const phase = headings.get(/^===> ([A-Z]+)$/.exec(line)?.[1] ?? '');
    if (phase !== undefined) {
      this.#phase = phase;
      this.#current = undefined;
      return true;
    }
    const [, id, version] =
      /^Running build for buildpack (\S+)@(\S+)$/.exec(line) ??
      /^=+ (?:Output|Error): (\S+)@(\S+) =+$/.exec(line) ??
      [];
    if (id !== undefined && version !== undefined) {
      this.#begin({ id, version });
      return true;
    }
    if (!/^(?:Finished running build for buildpack |=+ Results =+$)/.test(line)) return false;
    this.#current = undefined;
    return true;
  }

  #begin(buildpack: BuildpackName): void {
    this.#current = undefined;
    if (this.#said.length >= limits.saidBuildpacksMax) return;
    this.#current = { buildpack, phase: this.#phase === 'build' ? 'build' : 'detect', head: [], tail: [] };
    this.#said.push(this.#current);
  }

  #results(line: string): boolean {
    if (this.#phase === 'build' || this.#phase === 'export') return false;
    const [, result, id, version, status] =
      /^(pass|fail|skip|err): +(\S+)@(\S+)(?: \(([0-9]{1,3})\))?/.exec(line) ?? [];
    if (result === undefined || id === undefined || version === undefined) return false;
    this.#current = undefined;
    if (result === 'err' && this.#broken.length < limits.saidBuildpacksMax)
      this.#broken.push({ buildpack: { id, version }, status: Number(status ?? 1) });
    return true;
  }

  /** `2 of 4 buildpacks participating`, and then one line for each of the two. */
  #member(line: string): boolean {
    if (this.#phase !== 'detect') return false;
    const count = /^([0-9]{1,4}) of [0-9]{1,4} buildpacks participating$/.exec(line)?.[1];
    if (count !== undefined) {
      this.#members = Number(count);
      this.#group = [];
      this.#current = undefined;
      return true;
    }
    if (this.#members === 0) return false;
    const [, id, version] = /^(\S+) +(\S+)$/.exec(line) ?? [];
    this.#members -= 1;
    if (id === undefined || version === undefined) return false;
    this.#group.push({ id, version });
    return true;
  }
}

interface Said {
  readonly buildpack: BuildpackName;
  readonly phase: 'detect' | 'build';
  readonly head: string[];
  readonly tail: string[];
}

function keep({ head, tail }: Said, line: string): void {
  if (head.length < limits.saidHeadLinesMax) head.push(line);
  else {
    tail.push(line);
    if (tail.length > limits.saidTailLinesMax) tail.shift();
  }
}

const headings: ReadonlyMap<string, LifecyclePhase> = new Map([
  ['ANALYZING', 'analyze'],
  ['DETECTING', 'detect'],
  ['RESTORING', 'restore'],
  ['BUILDING', 'build'],
  ['EXPORTING', 'export'],
]);
