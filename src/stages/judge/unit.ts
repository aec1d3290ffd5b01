import { invariant } from '../../base/invariant.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { TestId } from '../../model/observation.ts';
import type { Side, Trial, TrialRequest, TrialStep } from '../../model/trial.ts';

/** One suite on one pair of images of one platform, its trials found by what was asked and not by when they came. */
export interface Unit {
  /** Tells units of a set apart and puts them in an order that does not depend on arrival. */
  readonly key: string;
  readonly evidence: Evidence;
  /** The candidate alone where there is no baseline. */
  readonly sides: readonly Side[];
  readonly at: (step: TrialStep, side: Side, round: number) => Trial | undefined;
  /** What to run in place of trials that an earlier gate left and that none of this gate stands for yet. */
  readonly reused: readonly TrialRequest[];
}

export function openUnit(evidence: Evidence): Unit {
  const trials = { fresh: new Map<number, Trial>(), reused: new Map<number, Trial>() };
  for (const trial of evidence.trials) {
    invariant(
      trial.image === evidence[trial.side],
      `a trial of ${trial.image} among the evidence of another image`,
    );
    const key = trialKey(trial.step, trial.side, trial.round);
    const kind = trial.reused === true ? 'reused' : 'fresh';
    invariant(
      !trials[kind].has(key),
      `two trials of ${evidence.image}, ${evidence.suite} for one request: ${trial.step} ${trial.side} ${trial.round}`,
    );
    invariant(kind === 'fresh' || trial.step === 'screen', 'only a screen may come from an earlier gate');
    trials[kind].set(key, trial);
  }
  const { fresh, reused } = trials;
  return {
    key: JSON.stringify([evidence.image, evidence.suite, evidence.platform]),
    evidence,
    sides: evidence.baseline === undefined ? ['candidate'] : ['baseline', 'candidate'],
    at: (step, side, round) => {
      const key = trialKey(step, side, round);
      return fresh.get(key) ?? reused.get(key);
    },
    reused: [...reused]
      .filter(([key]) => !fresh.has(key))
      .map(([, { step, side, round, only }]) => ({ step, side, round, only })),
  };
}

export interface Round {
  readonly step: TrialStep;
  readonly round: number;
  /** Undefined: the whole suite. */
  readonly only: readonly TestId[] | undefined;
}

/**
 * What is still to be run of one round, in the order in which it should run. Sides take turns in going first,
 * so that a machine that slows down or warms up favours neither.
 */
export function requestsOf(unit: Unit, { step, round, only }: Round): readonly TrialRequest[] {
  const order = round % 2 === 1 ? unit.sides : unit.sides.toReversed();
  return order
    .filter((side) => unit.at(step, side, round) === undefined)
    .map((side) => ({ step, side, round, only }));
}

/** The run went to its end and left a report that is all of it. */
export function isClean(trial: Trial): boolean {
  return trial.end.kind === 'exited' && trial.report.kind === 'complete';
}

/** It broke, and not because the engine did. */
export function isOwnFault(trial: Trial): boolean {
  return !isClean(trial) && trial.end.kind !== 'engine-error';
}

// A number: trials are looked up so often that putting words together was a tenth of a forecast.
function trialKey(step: TrialStep, side: Side, round: number): number {
  return (round * steps + placeOf[step]) * 2 + (side === 'baseline' ? 0 : 1);
}

const placeOf = {
  preflight: 0,
  sentinel: 1,
  screen: 2,
  errors: 3,
  confirm: 4,
} as const satisfies Record<TrialStep, number>;
const steps = 5;
