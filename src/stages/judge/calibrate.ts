import { invariant } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import { plural } from '../../base/text.ts';
import { durationText, shareText } from '../../base/quantity.ts';
import type { CalibratedUnit, Forecast, UnsteadyTest } from '../../model/calibration.ts';
import type { Evidence } from '../../model/evidence.ts';
import { compileGlob } from '../../model/glob.ts';
import { runItself, type ObservedStatus, type TestId } from '../../model/observation.ts';
import type { Trial, TrialRequest } from '../../model/trial.ts';
import { quoted } from './describe.ts';
import { drawsFor, forecast } from './forecast.ts';
import { exitObservation } from './side-tests.ts';
import { isClean, isOwnFault } from './unit.ts';

/** The runs of a round: twice the same, as a gate runs both sides. */
export function roundOf(round: number): readonly TrialRequest[] {
  return [2 * round - 1, 2 * round].map((each) => ({
    step: 'screen',
    side: 'baseline',
    round: each,
    only: undefined,
  }));
}

/** A suite that never comes to its end would only take hours to say so again. */
export function isHopeless({ trials }: Evidence): boolean {
  return trials.length > limits.errorRerunsMax && !trials.some(isClean);
}

type Figures = Omit<CalibratedUnit, 'image' | 'suite' | 'platform' | 'reference' | 'digest'>;

/**
 * What runs of one image say of its suite, and what gates of it would come to.
 * @param evidence its trials are all of the baseline, those of a round beside each other
 * @param remembers a gate has a ledger, and so knows what is found here
 */
export function calibrate(evidence: Evidence, { remembers }: { readonly remembers: boolean }): Figures {
  const whole = evidence.trials.filter(isClean);
  const broken = evidence.trials.filter(isOwnFault).length;
  const pairs = pairsOf(evidence.trials);
  const tests = testsOf(whole, pairs);
  const unsteady = tests.filter(isUnsteady).toSorted(byFailures);
  const others = tests.filter((test) => !isUnsteady(test) && test.test !== runItself);
  const steady = others.filter(({ passed }) => passed > 0).length;
  const draws = drawsFor(unsteady.length);
  const globs = evidence.mustPass.map((glob) => compileGlob(glob, 'test'));
  const order = {
    evidence,
    unsteady: unsteady.map((test) => ({ ...test, mustPass: globs.some((matches) => matches(test.test)) })),
    steady,
    broken: whole.length === 0 ? 0 : broken / (broken + whole.length),
    draws,
    seed: forecastSeed,
  };
  const forecasts = whole.length === 0 ? [] : screensOf(evidence).map((screen) => forecast(order, screen));
  const medianMs = medianOf(whole.map(({ durationMs }) => durationMs));
  return {
    rounds: pairs.length,
    runs: { whole: whole.length, broken, engine: evidence.trials.length - whole.length - broken },
    medianMs,
    steady,
    alike: others.length - steady,
    unsteady,
    unseen: whole.length === 0 ? 1 : 1 - 0.05 ** (1 / whole.length),
    draws,
    forecasts,
    ...(forecasts.length === 0 ? {} : { proposal: propose({ forecasts, unsteady, medianMs, remembers }) }),
  };
}

// Always the same: whoever calibrates the same runs twice gets the same figures.
const forecastSeed = 1;

/** What is proposed is one of these, or what is in force. */
function screensOf({ rule }: Evidence): readonly number[] {
  return [...new Set([1, 2, 3, rule.screenRuns])].toSorted((one, other) => one - other);
}

type Pair = readonly [Statuses, Statuses];
type Statuses = ReadonlyMap<TestId, ObservedStatus>;

/** The rounds of which both runs are whole. */
function pairsOf(trials: readonly Trial[]): readonly Pair[] {
  const rounds = Map.groupBy(trials.filter(isClean), ({ round }) => Math.ceil(round / 2));
  return [...rounds.values()].flatMap(([one, other]): Pair[] =>
    one === undefined || other === undefined ? [] : [[statusesIn(one), statusesIn(other)]],
  );
}

/** A test that the run stopped before was not there; how the run itself ended is one more test. */
function statusesIn(trial: Trial): Statuses {
  const statuses = new Map(
    trial.observations.filter(({ status }) => status !== 'precluded').map(({ id, status }) => [id, status]),
  );
  return statuses.set(runItself, exitObservation(trial)?.status ?? 'passed');
}

function testsOf(whole: readonly Trial[], pairs: readonly Pair[]): readonly UnsteadyTest[] {
  const all = whole.map(statusesIn);
  const names = new Set(all.flatMap((statuses) => [...statuses.keys()]));
  return [...names].map((test) => {
    const seen = all.map((statuses) => statuses.get(test));
    const times = (wanted: ObservedStatus | undefined): number =>
      seen.filter((status) => status === wanted).length;
    return {
      test,
      passed: times('passed'),
      failed: times('failed'),
      errored: times('errored'),
      skipped: times('skipped'),
      missing: times(undefined),
      contradicted: pairs.filter(([one, other]) => one.get(test) !== other.get(test)).length,
    };
  });
}

function isUnsteady({ passed, failed, errored, skipped, missing }: UnsteadyTest): boolean {
  return [passed, failed, errored, skipped, missing].filter((times) => times > 0).length > 1;
}

function byFailures(one: UnsteadyTest, other: UnsteadyTest): number {
  return other.failed - one.failed || one.passed - other.passed || (one.test < other.test ? -1 : 1);
}

function medianOf(all: readonly number[]): number {
  return all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)] ?? 0;
}

// What the judge is held to on a suite with fifteen flaky tests, and what three screens of a sound one catch.
const heldMax = 0.05;
const rejectedMax = 0.003;
const caughtMin = 0.75;

interface Proposing {
  readonly forecasts: readonly Forecast[];
  readonly unsteady: readonly UnsteadyTest[];
  readonly medianMs: number;
  readonly remembers: boolean;
}

/**
 * The fewest screens that catch three of four drops to half, as long as chance alone stops hardly anything; where none
 * does both, the most that chance allows.
 */
function propose(proposing: Proposing): NonNullable<CalibratedUnit['proposal']> {
  const { forecasts, remembers } = proposing;
  const errors = (each: Forecast): Forecast['alone'] => (remembers ? each.withLedger : each.alone);
  const allowed = forecasts.filter(
    (each) => errors(each).held <= heldMax && errors(each).rejected <= rejectedMax,
  );
  const chosen = allowed.find(({ caught }) => caught >= caughtMin) ?? allowed.at(-1);
  const [least] = forecasts;
  invariant(least !== undefined, 'a suite that ran has forecasts');
  const { screen, caught } = chosen ?? least;
  const cost = `${plural(2 * screen, 'run')} of the suite before any rerun, about ${durationText(2 * screen * proposing.medianMs)}`;
  const { held, rejected } = errors(chosen ?? least);
  const stops = `${shareText(held)} of identical images are held by chance and ${shareText(rejected)} rejected`;
  if (chosen !== undefined)
    return { screen, because: `it catches ${shareText(caught)} of drops to half, and ${stops}; ${cost}` };
  const worst = proposing.unsteady[0]?.test;
  const first = worst === undefined ? 'steady the suite' : `steady the tests first, such as ${quoted(worst)}`;
  return { screen, because: `${stops} however often it is screened: ${first}` };
}
