import { invariant } from '../base/invariant.ts';
import type { Digest } from '../model/digest.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Trial, TrialRequest } from '../model/trial.ts';
import { nextTrials, type UnitTrials } from '../stages/judge/judge.ts';
import type { GateWork } from './gate-unit.ts';
import { runTogether, runTrial, type TrialTools } from './run-trial.ts';

export interface GateRunInput extends TrialTools {
  readonly works: readonly GateWork[];
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
      trials.push(...(await runTogether(together.map((request) => this.#run(work, evidence, request)))));
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
    const image = pair.images[request.side];
    invariant(image !== undefined, `the judge asks for the ${request.side} only where there is one`);
    const { trial, files } = await runTrial({ evidence, suite, image: image.loaded, request }, this.#input);
    trial.reports.forEach(({ digest }, index) => {
      const file = files[index];
      if (file !== undefined) this.#reports.set(digest, file.bytes);
    });
    return trial;
  }
}
