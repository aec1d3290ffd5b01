import type { PairStatus } from '../../model/finding.ts';
import { runItself, type Observation, type ObservedStatus, type TestId } from '../../model/observation.ts';
import type { Side, Trial } from '../../model/trial.ts';

/** What one side's runs say of one test, put together. */
export interface SideTest {
  readonly status: PairStatus;
  /** The observation that decided; undefined where a whole rerun did not hold the test any more. */
  readonly observation: Observation | undefined;
  /** Runs in which it errored. */
  readonly erroredRuns: number;
}

/** In order of first appearance. A test that is not in it is missing. */
export type SideTests = ReadonlyMap<TestId, SideTest>;

export const missingTest: SideTest = { status: 'missing', observation: undefined, erroredRuns: 0 };

// Several runs of one side are read so that everything suspicious becomes a suspect, which confirmation then clears:
// the baseline is taken at its best, the candidate at its worst. Not to have run at all yields to any result.
const weight: Readonly<Record<Side, Readonly<Record<ObservedStatus, number>>>> = {
  baseline: { precluded: 0, errored: 1, skipped: 2, failed: 3, passed: 4 },
  candidate: { precluded: 0, errored: 1, skipped: 2, passed: 3, failed: 4 },
};

/** @param runs `judged`: the run itself is a test too, by its exit status; `left out`: it is not. */
export function gather(trials: readonly Trial[], side: Side, runs: 'judged' | 'left out'): SideTests {
  const tests = new Map<TestId, SideTest>();
  for (const trial of trials) {
    for (const observation of trial.observations) add(tests, observation, side);
    if (runs === 'judged') add(tests, runObservation(trial), side);
  }
  return tests;
}

function add(tests: Map<TestId, SideTest>, observation: Observation, side: Side): void {
  const { id, status } = observation;
  const before = tests.get(id);
  const errored = status === 'errored' ? 1 : 0;
  if (before === undefined) {
    tests.set(id, { status: statusOf(status), observation, erroredRuns: errored });
    return;
  }
  const standing = before.observation;
  const rises = standing === undefined || weight[side][status] > weight[side][standing.status];
  tests.set(id, {
    status: rises ? statusOf(status) : before.status,
    observation: rises ? observation : standing,
    erroredRuns: before.erroredRuns + errored,
  });
}

/** The suite stopped before a precluded test, so this side knows nothing of it. */
function statusOf(status: ObservedStatus): PairStatus {
  return status === 'precluded' ? 'missing' : status;
}

/**
 * A command may fail although no test does: it crashes at its end, or a threshold is not met. That is one more test,
 * the run itself; where failing tests explain the status it tells nothing and passes.
 */
function runObservation(trial: Trial): Observation {
  return exitObservation(trial) ?? { id: runItself, parts: { name: runItself }, status: 'passed' };
}

/** Undefined where the exit status is explained by what the tests did. */
export function exitObservation({ end, observations }: Trial): Observation | undefined {
  if (end.kind !== 'exited') return undefined;
  const shared = { id: runItself, parts: { name: runItself } };
  if (end.status === 0) return { ...shared, status: 'passed' };
  const explained =
    observations.length === 0 ||
    observations.some(({ status }) => status !== 'passed' && status !== 'skipped');
  if (explained) return undefined;
  const detail = `the command ended with status ${end.status} although no test failed`;
  return { ...shared, status: 'failed', signature: `status ${end.status}`, detail };
}
