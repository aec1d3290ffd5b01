import type { Observation, TestId } from '../../model/observation.ts';
import type { Rule } from '../../model/rule.ts';
import type { Side, Trial, TrialRequest } from '../../model/trial.ts';
import { gather, missingTest, rises, type SideTest, type SideTests } from './side-tests.ts';
import { isClean, isOwnFault, requestsOf, type Unit } from './unit.ts';

/** What the whole runs of one side are worth. */
export interface WholeRuns {
  /** The screens that are whole; where none is, the first rerun that is. */
  readonly clean: readonly Trial[];
  readonly broken: readonly Trial[];
  /** Whole reruns of the errors step. */
  readonly cleanReruns: number;
  /** Reruns that broke, and not by the engine's fault. */
  readonly brokenReruns: number;
}

export type BothSides<Value> = Readonly<Record<Side, Value>>;

export interface RepairedRuns {
  readonly requests: readonly TrialRequest[];
  readonly sides: BothSides<WholeRuns>;
  /** Rounds of the errors step that were spent on it. */
  readonly rounds: number;
}

/**
 * Errors of the run itself: while one side has no clean run, the unit is rerun on both sides, and so it is while a
 * candidate that broke has not run clean as often as exonerates: one that hangs two times of three must not pass by
 * its third run. A clean rerun takes the place of a side's screens where all of them broke.
 */
export function repairRuns(unit: Unit): RepairedRuns {
  const { rule } = unit.evidence;
  let sides = forBothSides((side) => screensOf(unit, side));
  for (let round = 1; ; round += 1) {
    const isWhole = unit.sides.every((side) => sides[side].clean.length > 0);
    const isOver = (isWhole && breaksOf(sides, rule) !== 'unsettled') || round > rule.errorRuns;
    if (isOver) return { requests: [], sides, rounds: round - 1 };
    const requests = requestsOf(unit, { step: 'errors', round, only: undefined });
    if (requests.length > 0) return { requests, sides, rounds: round - 1 };
    const before = sides;
    sides = forBothSides((side) => takeRerun(before[side], unit.at('errors', side, round)));
  }
}

/**
 * What the broken runs of a candidate come to that has whole runs as well. `settled`: none, or those that exonerate
 * followed and none of them broke. `on both`: the baseline breaks at times, too.
 */
export type Breaks = 'settled' | 'on both' | 'unsettled';

export function breaksOf({ baseline, candidate }: BothSides<WholeRuns>, rule: Rule): Breaks {
  if (ownFaults(candidate).length === 0) return 'settled';
  if (ownFaults(baseline).length > 0) return 'on both';
  return candidate.brokenReruns === 0 && candidate.cleanReruns >= exoneratingReruns(rule)
    ? 'settled'
    : 'unsettled';
}

/** Broken runs that the engine did not break. */
export function ownFaults({ broken }: WholeRuns): readonly Trial[] {
  return broken.filter(isOwnFault);
}

/** As many clean reruns as clear a suspect, as far as the rule allows as many. */
function exoneratingReruns({ exonerateRuns, errorRuns }: Rule): number {
  return Math.min(exonerateRuns, Math.max(1, errorRuns));
}

function screensOf(unit: Unit, side: Side): WholeRuns {
  const screens = Array.from({ length: unit.evidence.rule.screenRuns }, (_, index) =>
    unit.at('screen', side, index + 1),
  ).filter((trial) => trial !== undefined);
  return {
    clean: screens.filter(isClean),
    broken: screens.filter((trial) => !isClean(trial)),
    cleanReruns: 0,
    brokenReruns: 0,
  };
}

function takeRerun(runs: WholeRuns, rerun: Trial | undefined): WholeRuns {
  if (rerun === undefined) return runs;
  const { clean, broken, cleanReruns, brokenReruns } = runs;
  if (!isClean(rerun))
    return { ...runs, broken: [...broken, rerun], brokenReruns: brokenReruns + (isOwnFault(rerun) ? 1 : 0) };
  return { ...runs, clean: clean.length > 0 ? clean : [rerun], cleanReruns: cleanReruns + 1 };
}

export interface RepairedTests {
  readonly requests: readonly TrialRequest[];
  readonly tests: BothSides<SideTests>;
}

/**
 * Errors of single tests: those that errored on a side are rerun on both, until each has a status or the rounds are
 * used up. A file that cannot be collected takes its tests along, so where a side has errors, the tests that only the
 * other side knows are looked for as well; that takes whole runs.
 */
export function repairTests(unit: Unit, { sides, rounds }: RepairedRuns): RepairedTests {
  const runs = unit.evidence.oneBit ? 'left out' : 'judged';
  let tests: BothSides<SideTests> = forBothSides((side) => gather(sides[side].clean, side, runs));
  const hidden = forBothSides((side) => hiddenTests(tests[side], tests[otherSide(side)]));
  const hasHidden = hidden.baseline.size + hidden.candidate.size > 0;
  const { rule } = unit.evidence;
  for (let round = rounds + 1; ; round += 1) {
    const open = openTests(tests, rule);
    if (open.size === 0 || round > rule.errorRuns) return { requests: [], tests };
    const requests = requestsOf(unit, { step: 'errors', round, only: hasHidden ? undefined : [...open] });
    if (requests.length > 0) return { requests, tests };
    const before = tests;
    tests = forBothSides((side) =>
      absorb(before[side], { side, hidden: hidden[side], open, rerun: unit.at('errors', side, round) }),
    );
  }
}

/** Whether a test that errored in the candidate only has had, after that, as many results as exonerate, and no error. */
export function isErrorSettled(baseline: SideTest, { erroredRuns, reruns }: SideTest, rule: Rule): boolean {
  if (erroredRuns === 0 || baseline.erroredRuns > 0) return true;
  return reruns.errored === 0 && reruns.heard >= exoneratingReruns(rule);
}

/** Tests that are to be rerun: without a status on a side, or with one that does not outweigh the candidate's errors yet. */
function openTests({ baseline, candidate }: BothSides<SideTests>, rule: Rule): ReadonlySet<TestId> {
  const open = new Set([...erroredTests(baseline), ...erroredTests(candidate)]);
  for (const [id, test] of candidate) {
    if (test.erroredRuns > 0 && !isErrorSettled(baseline.get(id) ?? missingTest, test, rule)) open.add(id);
  }
  return open;
}

/** Where the other side does not exist, nothing is known to be hidden. */
function hiddenTests(own: SideTests, other: SideTests): ReadonlySet<TestId> {
  const hidden = new Set<TestId>();
  if (erroredTests(own).length === 0) return hidden;
  for (const [id, { status }] of other) {
    const wasRun = status === 'passed' || status === 'failed' || status === 'skipped';
    if (wasRun && (own.get(id) ?? missingTest).status === 'missing') hidden.add(id);
  }
  return hidden;
}

function erroredTests(tests: SideTests): readonly TestId[] {
  const errored: TestId[] = [];
  for (const [id, { status }] of tests) if (status === 'errored') errored.push(id);
  return errored;
}

interface Rerun {
  readonly side: Side;
  readonly hidden: ReadonlySet<TestId>;
  readonly open: ReadonlySet<TestId>;
  readonly rerun: Trial | undefined;
}

/** A clean rerun gives each errored or hidden test its status; what was known of the others stays. */
function absorb(tests: SideTests, { side, hidden, open, rerun }: Rerun): SideTests {
  if (rerun === undefined || !isClean(rerun)) return tests;
  const seen = new Map(rerun.observations.map((observation) => [observation.id, observation]));
  const absorbed = new Map(tests);
  for (const id of open) {
    const before = tests.get(id);
    if (before === undefined || before.erroredRuns === 0) continue;
    const observation = seen.get(id);
    // A rerun of a part says nothing of the tests that it left out; a whole one says that they are not there.
    if (observation !== undefined) absorbed.set(id, reread(before, observation, side));
    else if (rerun.only === undefined) absorbed.set(id, notFound(before));
  }
  for (const id of hidden) {
    const observation = seen.get(id);
    const before = absorbed.get(id) ?? missingTest;
    // One that errors now is as hidden as it was.
    if (before.status !== 'missing' || observation === undefined || observation.status === 'errored')
      continue;
    absorbed.set(id, reread(before, observation, side));
  }
  return absorbed;
}

function notFound(before: SideTest): SideTest {
  const reruns = { ...before.reruns, heard: before.reruns.heard + 1 };
  return before.status === 'errored'
    ? { ...before, status: 'missing', observation: undefined, reruns }
    : { ...before, reruns };
}

function reread(before: SideTest, observation: Observation, side: Side): SideTest {
  const { status } = observation;
  if (status === 'precluded') return before;
  const { erroredRuns, reruns } = before;
  if (status === 'errored') {
    const counted = {
      ...before,
      erroredRuns: erroredRuns + 1,
      reruns: { ...reruns, errored: reruns.errored + 1 },
    };
    return before.status === 'errored' ? { ...counted, observation } : counted;
  }
  const heard = { ...reruns, heard: reruns.heard + 1 };
  return rises(before, observation, side)
    ? { status, observation, erroredRuns, reruns: heard }
    : { ...before, reruns: heard };
}

function otherSide(side: Side): Side {
  return side === 'baseline' ? 'candidate' : 'baseline';
}

function forBothSides<Value>(make: (side: Side) => Value): BothSides<Value> {
  return { baseline: make('baseline'), candidate: make('candidate') };
}
