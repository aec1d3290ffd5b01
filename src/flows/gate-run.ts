import { invariant } from '../base/invariant.ts';
import type { Config } from '../model/definition.ts';
import type { Digest } from '../model/digest.ts';
import type { TrialUnit } from '../model/event.ts';
import type { Evidence } from '../model/evidence.ts';
import type { TestId, TestParts } from '../model/observation.ts';
import type { Trial, TrialRequest } from '../model/trial.ts';
import type { Runner } from '../ports/runner.ts';
import { nextTrials, type UnitTrials } from '../stages/judge/judge.ts';
import { tryOnce } from '../stages/try/try.ts';
import type { GateWork } from './gate-unit.ts';
import type { SourceSnapshots } from './snapshots.ts';
import type { Watching } from './tools.ts';

export interface GateRunInput {
  readonly config: Config;
  readonly works: readonly GateWork[];
  readonly snapshots: SourceSnapshots;
  readonly watching: Watching;
  readonly runner: Runner;
  /** @throws Failure `engine-*` when there is no engine any more */
  readonly checkEngine: () => Promise<void>;
}

/** Runs what the judge asks for until it asks for nothing more. */
export class GateRun {
  readonly #input: GateRunInput;
  readonly #reports = new Map<Digest, Uint8Array>();

  constructor(input: GateRunInput) {
    this.#input = input;
  }

  /** The raw report files of all trials so far, by digest. */
  get reports(): ReadonlyMap<Digest, Uint8Array> {
    return this.#reports;
  }

  /** `begun` and the works of the input are in the same order. */
  async toTheEnd(begun: readonly Evidence[]): Promise<readonly Evidence[]> {
    let evidences = begun;
    for (;;) {
      this.#input.watching.signal?.throwIfAborted();
      const asked = nextTrials(evidences, { canRerun: true });
      if (asked.length === 0) return evidences;
      for (const each of asked) evidences = await this.#runUnit(evidences, each);
    }
  }

  async #runUnit(
    evidences: readonly Evidence[],
    { unit, requests }: UnitTrials,
  ): Promise<readonly Evidence[]> {
    const evidence = evidences[unit];
    const work = this.#input.works[unit];
    invariant(evidence !== undefined && work !== undefined, 'the judge asks for a unit that is there');
    const trials: Trial[] = [];
    for (const together of this.#groups(requests)) {
      trials.push(
        ...(await allOrFirstFailure(together.map((request) => this.#run(work, evidence, request)))),
      );
    }
    return evidences.map((each, index) =>
      index === unit ? { ...each, trials: [...each.trials, ...trials] } : each,
    );
  }

  /** One after the other, unless the config lets both sides of a round share the machine. */
  #groups(requests: readonly TrialRequest[]): readonly (readonly TrialRequest[])[] {
    if (!this.#input.config.gate.parallel) return requests.map((request) => [request]);
    const rounds = Map.groupBy(requests, ({ step, round }) => `${step} ${round}`);
    return [...rounds.values()];
  }

  async #run({ pair, suite }: GateWork, evidence: Evidence, request: TrialRequest): Promise<Trial> {
    const { config, snapshots, watching, runner, checkEngine } = this.#input;
    const image = pair.images[request.side];
    invariant(image !== undefined, `the judge asks for the ${request.side} only where there is one`);
    const unit: TrialUnit = { image: evidence.image, suite: evidence.suite, platform: evidence.platform };
    watching.observe({ kind: 'trial-started', unit, request });
    const snapshot = suite.source === undefined ? undefined : await snapshots.of(suite.source);
    const { trial, files } = await tryOnce(
      {
        suite,
        request,
        image: image.loaded,
        parts: partsOf(evidence),
        limits: {
          timeoutMs: suite.timeoutMs,
          memoryBytes: evidence.environment.memoryBytes,
          cpus: evidence.environment.cpus,
          pids: config.gate.pids,
          diskBytes: config.gate.diskBytes,
        },
        source: snapshot === undefined ? undefined : { mount: suite.mount, files: () => snapshot.files() },
      },
      runner,
      watching.signal,
    );
    trial.reports.forEach(({ digest }, index) => {
      const file = files[index];
      if (file !== undefined) this.#reports.set(digest, file.bytes);
    });
    watching.observe({
      kind: 'trial-ended',
      unit,
      request,
      end: trial.end,
      ...countsOf(trial),
      durationMs: trial.durationMs,
    });
    // Rerunning finds out whether the engine stumbled; with one that is gone it would only take hours to say so.
    if (trial.end.kind === 'engine-error') await checkEngine();
    return trial;
  }
}

/** Waits for all of them even when one fails: none may go on in a gate that has ended. */
async function allOrFirstFailure<T>(running: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}

/** How each test is called in its parts, from any run that saw it. */
function partsOf(evidence: Evidence): ReadonlyMap<TestId, TestParts> {
  return new Map(
    evidence.trials.flatMap(({ observations }) => observations.map(({ id, parts }) => [id, parts])),
  );
}

function countsOf({ observations }: Trial): {
  readonly passed: number;
  readonly failed: number;
  readonly other: number;
} {
  const passed = observations.filter(({ status }) => status === 'passed').length;
  const failed = observations.filter(({ status }) => status === 'failed').length;
  return { passed, failed, other: observations.length - passed - failed };
}
