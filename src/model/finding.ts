import type { TestId } from './observation.ts';
import type { Waiver } from './waiver.ts';

/** One test's outcome over baseline and candidate; those that matter most first. */
export const findingKinds = [
  /** A command that must fail passed in the candidate: its exit statuses mean nothing. */
  'sentinel-passed',
  /** Must pass, and does not. */
  'must-pass-failed',
  /** A no-op does not start in the candidate. */
  'cannot-start',
  /** Confirmed: passes in the baseline, fails in the candidate. */
  'regressed',
  /** Passed in the baseline and does not run any more. */
  'lost-coverage',
  /** Harness or engine broke on both sides, or took away what the candidate would be compared with. */
  'infrastructure',
  /** Of the run itself: nothing was left to compare, or a step has not been run. */
  'not-comparable',
  /** Passed in the baseline, failed in the candidate, and nothing could be run again, or the reruns told too little. */
  'unconfirmed',
  /** Fails at times in the candidate and never in the baseline, but not often enough to be sure. */
  'newly-flaky',
  /** Fails in the candidate and was not there before. */
  'new-failing',
  /** Was failing and does not run any more. */
  'lost-failing',
  /** Fails on both, but otherwise than before. */
  'changed-failure',
  /** Fails at times in the candidate, as the ledger knows it to do on images that were in use. */
  'known-flaky',
  'flaky-on-both',
  'still-failing',
  'fixed',
  /** Runs now, and did not before. */
  'gained',
  /** Passes, skips or is absent on both. */
  'same',
] as const;

export type FindingKind = (typeof findingKinds)[number];

/** A side's status after its runs were put together. */
export type PairStatus = 'passed' | 'failed' | 'skipped' | 'missing' | 'errored';

export interface Finding {
  readonly test: TestId;
  readonly kind: FindingKind;
  /** Undefined where there is no baseline. */
  readonly baseline: PairStatus | undefined;
  readonly candidate: PairStatus;
  /** One sentence: why this kind, with the numbers that decided. */
  readonly because: string;
  /** What the failure says on each side, where there is one. Hostile text, cut. */
  readonly baselineDetail?: string;
  readonly candidateDetail?: string;
  /** Passes and failures in the confirming runs; undefined when there were none. */
  readonly confirmed?: ConfirmCounts;
  /** It would block, and a person said that it does not count. */
  readonly waived?: Waiver;
}

export interface ConfirmCounts {
  readonly baselinePassed: number;
  readonly baselineFailed: number;
  readonly candidatePassed: number;
  readonly candidateFailed: number;
  /** One-sided Fisher: how probable so many more failures in the candidate are if both are alike. */
  readonly p: number;
}
