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
  /** Of the errors step: reruns in which it had a result, and in which it errored again. */
  readonly reruns: { readonly heard: number; readonly errored: number };
}

/** In order of first appearance. A test that is not in it is missing. */
export type SideTests = ReadonlyMap<TestId, SideTest>;

const noReruns = { heard: 0, errored: 0 };

export const missingTest: SideTest = {
  status: 'missing',
  observation: undefined,
  erroredRuns: 0,
  reruns: noReruns,
};

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
    tests.set(id, { status: statusOf(status), observation, erroredRuns: errored, reruns: noReruns });
    return;
  }
  const erroredRuns = before.erroredRuns + errored;
  tests.set(
    id,
    rises(before, observation, side)
      ? { status: statusOf(status), observation, erroredRuns, reruns: before.reruns }
      : { ...before, erroredRuns },
  );
}

/** Whether one more observation counts for more than what is known of a test. */
export function rises({ observation }: SideTest, { status }: Observation, side: Side): boolean {
  return observation === undefined || weight[side][status] > weight[side][observation.status];
}

/** The suite stopped before a precluded test, so this side knows nothing of it. */
function statusOf(status: ObservedStatus): PairStatus {
  return status === 'precluded' ? 'missing' : status;
}

/**
 * A command may fail although no test does: it crashes at its end, or a threshold is not met. That is one more test,
 * the run itself; where failing tests explain the status it passes, and its detail says the status.
 */
function runObservation(trial: Trial): Observation {
  const said = exitObservation(trial);
  if (said?.status === 'failed') return said;
  const detail = explainedStatus(trial);
  return { ...itself, status: 'passed', ...(detail === undefined ? {} : { detail }) };
}

const itself = { id: runItself, parts: { name: runItself } };

// A process that signal n kills has ended with status 128 + n for the shell that started it; 31 is the last plain signal.
const signalBase = 128;
const signalMax = 31;

/** Undefined where the exit status is explained by what the tests did. */
export function exitObservation({ end, observations }: Trial): Observation | undefined {
  if (end.kind !== 'exited') return undefined;
  const { status } = end;
  if (status === 0) return { ...itself, status: 'passed' };
  if (observations.length === 0) return undefined;
  const failed = countFailed(observations);
  const bad = (detail: string): Observation => ({
    ...itself,
    status: 'failed',
    signature: `status ${status}`,
    detail,
  });
  if (failed === 0) return bad(`the command ended with status ${status} although no test failed`);
  return wasKilled(status, failed)
    ? bad(
        `the command ended with status ${status}, as one does that signal ${status - signalBase} has killed`,
      )
    : undefined;
}

/** The status is one of a process that was killed; some runners end with the number of failures. */
function wasKilled(status: number, failed: number): boolean {
  return status > signalBase && status <= signalBase + signalMax && status !== failed;
}

/** Whether a signal ended a run whose failing tests would explain another status. */
export function endedBySignal({ end, observations }: Trial): boolean {
  return end.kind === 'exited' && wasKilled(end.status, countFailed(observations));
}

/** What is to be compared of a status that failing tests explain; a status that counts them differs as they do. */
function explainedStatus({ end, observations }: Trial): string | undefined {
  if (end.kind !== 'exited') return undefined;
  const failed = countFailed(observations);
  return failed === 0 || end.status === failed ? undefined : `status ${end.status}`;
}

function countFailed(observations: Trial['observations']): number {
  return observations.filter(({ status }) => status !== 'passed' && status !== 'skipped').length;
}
