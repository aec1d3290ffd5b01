import { stripVTControlCharacters } from 'node:util';
import { limits } from '../../base/limits.ts';
import { LineSplitter } from '../../base/line-splitter.ts';
import { visible } from '../../base/text.ts';

/** What an engine says while it builds: each line is handed on as it ends, and the last ones are kept. */
export class BuildOutput {
  readonly #onLine: (line: string) => void;
  readonly #tail: string[] = [];
  // Each pipe has lines of its own: a line of one may come in the middle of a line of the other.
  readonly #out = new LineSplitter((line) => this.#take(line));
  readonly #err = new LineSplitter((line) => this.#take(line));

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  readonly stdout = (chunk: Uint8Array): void => this.#out.add(chunk);
  readonly stderr = (chunk: Uint8Array): void => this.#err.add(chunk);

  /** Hands on what has come without an end of line. */
  end(): void {
    this.#out.end();
    this.#err.end();
  }

  /** The last lines, fit to be shown. */
  tail(): string {
    return visible(this.#tail.join('\n')).slice(-limits.programErrorCharsMax);
  }

  #take(text: string): void {
    // Colours, and cursors that jump back over progress.
    const line = stripVTControlCharacters(text).trimEnd();
    if (line === '') return;
    this.#tail.push(line);
    if (this.#tail.length > limits.buildTailLinesMax) this.#tail.shift();
    this.#onLine(line);
  }
}
