import type { Observation, TestId } from '../../model/observation.ts';
import type { Side, Trial, TrialRequest } from '../../model/trial.ts';
import { gather, missingTest, type SideTest, type SideTests } from './side-tests.ts';
import { isClean, requestsOf, type Unit } from './unit.ts';

/** What the whole runs of one side are worth. */
export interface WholeRuns {
  readonly clean: readonly Trial[];
  readonly broken: readonly Trial[];
}

export type BothSides<Value> = Readonly<Record<Side, Value>>;

export interface RepairedRuns {
  readonly requests: readonly TrialRequest[];
  readonly sides: BothSides<WholeRuns>;
  /** Rounds of the errors step that were spent on it. */
  readonly rounds: number;
}

/**
 * Errors of the run itself: while one side has no clean run, the unit is rerun on both sides. A clean rerun takes the
 * place of that side's broken screen; a side that has its screen keeps it.
 */
export function repairRuns(unit: Unit): RepairedRuns {
  const { screenRuns, errorRuns } = unit.evidence.rule;
  const screens = Array.from({ length: screenRuns }, (_, index) => index + 1);
  let sides = forBothSides((side) =>
    sortRuns(screens.map((round) => unit.at('screen', side, round)).filter((trial) => trial !== undefined)),
  );
  for (let round = 1; ; round += 1) {
    const isWhole = unit.sides.every((side) => sides[side].clean.length > 0);
    if (isWhole || round > errorRuns) return { requests: [], sides, rounds: round - 1 };
    const requests = requestsOf(unit, { step: 'errors', round, only: undefined });
    if (requests.length > 0) return { requests, sides, rounds: round - 1 };
    const before = sides;
    sides = forBothSides((side) => takeRerun(before[side], unit.at('errors', side, round)));
  }
}

function takeRerun(runs: WholeRuns, rerun: Trial | undefined): WholeRuns {
  if (rerun === undefined || runs.clean.length > 0) return runs;
  return isClean(rerun) ? { ...runs, clean: [rerun] } : { ...runs, broken: [...runs.broken, rerun] };
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
  for (let round = rounds + 1; ; round += 1) {
    const errored = new Set([...erroredTests(tests.baseline), ...erroredTests(tests.candidate)]);
    if (errored.size === 0 || round > unit.evidence.rule.errorRuns) return { requests: [], tests };
    const requests = requestsOf(unit, { step: 'errors', round, only: hasHidden ? undefined : [...errored] });
    if (requests.length > 0) return { requests, tests };
    const before = tests;
    tests = forBothSides((side) => absorb(before[side], hidden[side], unit.at('errors', side, round)));
  }
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

/** One clean rerun gives each errored or hidden test its status; what was known before stays. */
function absorb(tests: SideTests, hidden: ReadonlySet<TestId>, rerun: Trial | undefined): SideTests {
  if (rerun === undefined || !isClean(rerun)) return tests;
  const seen = new Map(rerun.observations.map((observation) => [observation.id, observation]));
  const absorbed = new Map(tests);
  for (const id of erroredTests(tests)) {
    const observation = seen.get(id);
    const before = tests.get(id) ?? missingTest;
    // A rerun of a part says nothing of the tests that it left out; a whole one says that they are not there.
    if (observation !== undefined) absorbed.set(id, reread(before, observation));
    else if (rerun.only === undefined)
      absorbed.set(id, { ...before, status: 'missing', observation: undefined });
  }
  for (const id of hidden) {
    const observation = seen.get(id);
    const before = absorbed.get(id) ?? missingTest;
    // One that errors now is as hidden as it was.
    if (before.status !== 'missing' || observation === undefined || observation.status === 'errored')
      continue;
    absorbed.set(id, reread(before, observation));
  }
  return absorbed;
}

function reread(before: SideTest, observation: Observation): SideTest {
  if (observation.status === 'precluded') return before;
  const erroredRuns = before.erroredRuns + (observation.status === 'errored' ? 1 : 0);
  return { status: observation.status, observation, erroredRuns };
}

function sortRuns(trials: readonly Trial[]): WholeRuns {
  return { clean: trials.filter(isClean), broken: trials.filter((trial) => !isClean(trial)) };
}

function otherSide(side: Side): Side {
  return side === 'baseline' ? 'candidate' : 'baseline';
}

function forBothSides<Value>(make: (side: Side) => Value): BothSides<Value> {
  return { baseline: make('baseline'), candidate: make('candidate') };
}
