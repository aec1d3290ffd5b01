import { invariant } from '../../base/invariant.ts';
import type { PairStatus } from '../../model/finding.ts';

/** What a test's pair of statuses means before anything was run again. */
export type PairOutcome =
  | 'same'
  | 'fixed'
  | 'gained'
  /** To be confirmed. */
  | 'suspect'
  /** Split by signature into still failing and changed failure. */
  | 'still-failing'
  | 'lost-coverage'
  | 'lost-failing'
  | 'new-failing'
  | 'errors-step'
  /** A test that neither side knows is not in the comparison. */
  | 'impossible';

/** baseline → candidate. Total: every pair of statuses has its cell. */
export const pairTable = {
  passed: {
    // Nothing changed.
    passed: 'same',
    // The one pair that may be a regression, or a test that fails now and then: only reruns can tell.
    failed: 'suspect',
    // An image in which tests choose not to run must not look better than one in which they pass.
    skipped: 'lost-coverage',
    // Nor one in which they are not even found.
    missing: 'lost-coverage',
    // The harness broke: says nothing of the test until it runs.
    errored: 'errors-step',
  },
  failed: {
    // What the candidate is for.
    passed: 'fixed',
    // No worse than what is in use: never blocks.
    failed: 'still-failing',
    // A failure went out of sight; nothing that worked was lost.
    skipped: 'lost-failing',
    missing: 'lost-failing',
    errored: 'errors-step',
  },
  skipped: {
    // More is tested than before.
    passed: 'gained',
    // It did not run before, so nobody knows whether the image is to blame: reruns may at least show a flake.
    failed: 'suspect',
    // It tells nothing on either side.
    skipped: 'same',
    missing: 'same',
    errored: 'errors-step',
  },
  missing: {
    passed: 'gained',
    // There is no earlier result to compare with: a person decides.
    failed: 'new-failing',
    skipped: 'same',
    missing: 'impossible',
    errored: 'errors-step',
  },
  errored: {
    // Without a run of the baseline's test no pair means anything.
    passed: 'errors-step',
    failed: 'errors-step',
    skipped: 'errors-step',
    missing: 'errors-step',
    errored: 'errors-step',
  },
} as const satisfies Readonly<Record<PairStatus, Readonly<Record<PairStatus, PairOutcome>>>>;

export function pairOutcome(baseline: PairStatus, candidate: PairStatus): Exclude<PairOutcome, 'impossible'> {
  const outcome = pairTable[baseline][candidate];
  invariant(outcome !== 'impossible', 'a test that neither side knows was paired');
  return outcome;
}
