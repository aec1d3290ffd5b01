import { runItself, type TestId } from '../../model/observation.ts';
import type { Side, Trial, TrialRequest } from '../../model/trial.ts';
import type { BrokenRuns, Decision } from './decide.ts';
import type { Counts } from './fisher.ts';
import { endedBySignal, exitObservation } from './side-tests.ts';
import type { Suspect } from './suspect.ts';
import { isClean, isOwnFault, requestsOf, type Unit } from './unit.ts';

type RunOutcome = 'clean' | 'failed' | 'no data';

/** Passes and failures of one suspect, run by run. */
class Tally {
  #counts: Counts = { baselinePassed: 0, baselineFailed: 0, candidatePassed: 0, candidateFailed: 0 };

  get counts(): Counts {
    return this.#counts;
  }

  add(side: Side, outcome: RunOutcome): void {
    if (outcome === 'no data') return;
    const name = `${side}${outcome === 'clean' ? 'Passed' : 'Failed'}` as const;
    this.#counts = { ...this.#counts, [name]: this.#counts[name] + 1 };
  }
}

/** A suspect with what its confirming runs have shown so far. */
export class Defendant {
  readonly suspect: Suspect;
  readonly tally = new Tally();
  #decision: Decision | undefined;
  #isSingle: boolean;

  constructor(suspect: Suspect, isSingle: boolean) {
    this.suspect = suspect;
    this.#isSingle = isSingle && suspect.rule === 'pair';
  }

  get decision(): Decision | undefined {
    return this.#decision;
  }

  /** It counts for itself under Holm; the suspects of a mass do once it is dissolved. */
  get isSingle(): boolean {
    return this.#isSingle;
  }

  /** The first decision stands. */
  decide(decision: Decision | undefined): void {
    this.#decision ??= decision;
  }

  makeSingle(): void {
    this.#isSingle = this.suspect.rule === 'pair';
  }
}

/** `convicted` and `dissolved` are for good: after the one nothing is left to run, after the other each is on its own. */
type MassState = 'none' | 'open' | 'convicted' | 'dissolved';

/** The suspects of one unit on their way through the confirming rounds. */
export class Case {
  readonly unit: Unit;
  readonly defendants: readonly Defendant[];
  readonly massTally = new Tally();
  #broken: BrokenRuns = { baseline: 0, candidate: 0 };
  readonly #tests: ReadonlySet<TestId>;
  #mass: MassState;

  constructor(unit: Unit, suspects: readonly Suspect[], isMass: boolean) {
    this.unit = unit;
    this.#tests = new Set(suspects.map(({ seen }) => seen.test));
    this.defendants = suspects.map((suspect) => new Defendant(suspect, !isMass));
    this.#mass = isMass && suspects.some(({ rule }) => rule === 'pair') ? 'open' : 'none';
  }

  get mass(): MassState {
    return this.#mass;
  }

  get undecided(): readonly Defendant[] {
    return this.defendants.filter(({ decision }) => decision === undefined);
  }

  /** Confirming runs of this unit that broke. */
  get broken(): BrokenRuns {
    return this.#broken;
  }

  isOpen(round: number): boolean {
    return round <= this.unit.evidence.rule.confirmRuns && this.undecided.length > 0;
  }

  requests(round: number): readonly TrialRequest[] {
    const only = this.#needsWholeRuns() ? undefined : this.undecided.map(({ suspect }) => suspect.seen.test);
    return requestsOf(this.unit, { step: 'confirm', round, only });
  }

  /** Takes in the runs of a round. */
  hear(round: number): void {
    for (const side of this.unit.sides) {
      const trial = this.unit.at('confirm', side, round);
      if (trial === undefined) continue;
      if (isOwnFault(trial)) this.#broken = { ...this.#broken, [side]: this.#broken[side] + 1 };
      if (!isClean(trial)) continue;
      const outcomes = this.#outcomesIn(trial);
      if (this.#mass === 'open') this.massTally.add(side, this.#massOutcome(outcomes));
      for (const { suspect, tally } of this.undecided)
        tally.add(side, outcomes.get(suspect.seen.test) ?? 'no data');
    }
  }

  closeMass(state: 'convicted' | 'dissolved'): void {
    this.#mass = state;
    if (state === 'dissolved') for (const defendant of this.undecided) defendant.makeSingle();
  }

  #outcomesIn(trial: Trial): ReadonlyMap<TestId, RunOutcome> {
    const outcomes = new Map<TestId, RunOutcome>();
    for (const { id, status } of trial.observations) {
      if (!this.#tests.has(id)) continue;
      if (status === 'passed') outcomes.set(id, 'clean');
      else if (status === 'failed' || status === 'errored') outcomes.set(id, 'failed');
    }
    // The exit status of a part says nothing of that of the whole.
    if (trial.only === undefined && this.#tests.has(runItself))
      outcomes.set(runItself, this.#runOutcome(trial));
    return outcomes;
  }

  /** A status that failing tests explain tells nothing but that no signal ended the run. */
  #runOutcome(trial: Trial): RunOutcome {
    const exit = exitObservation(trial);
    if (exit !== undefined) return exit.status === 'passed' ? 'clean' : 'failed';
    const wasKilled = this.unit.evidence.trials.some(
      (each) => each.side === 'candidate' && each.step !== 'confirm' && endedBySignal(each),
    );
    return wasKilled ? 'clean' : 'no data';
  }

  /** More than half of the suspects fail in it, or one that must pass does. */
  #massOutcome(outcomes: ReadonlyMap<TestId, RunOutcome>): RunOutcome {
    const all = this.defendants.map(({ suspect: { rule, seen } }) => ({
      rule,
      outcome: outcomes.get(seen.test) ?? 'no data',
    }));
    if (all.some(({ rule, outcome }) => rule === 'must-pass' && outcome === 'failed')) return 'failed';
    const heard = all.filter(({ outcome }) => outcome !== 'no data');
    if (2 * heard.length < all.length) return 'no data';
    return 2 * heard.filter(({ outcome }) => outcome === 'failed').length > all.length ? 'failed' : 'clean';
  }

  // A mass is judged by whole runs; what must pass has to pass among all the others, and the run itself is whole.
  #needsWholeRuns(): boolean {
    const isWhole = ({ suspect: { rule, seen } }: Defendant): boolean =>
      rule === 'must-pass' || seen.test === runItself;
    return this.#mass === 'open' || this.undecided.some(isWhole);
  }
}
