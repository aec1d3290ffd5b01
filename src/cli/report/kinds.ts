import type { FindingKind } from '../../model/finding.ts';
import type { Rule } from '../../model/rule.ts';
import { verdictOfFinding } from '../../model/verdict.ts';

export interface KindText {
  /** As a heading. */
  readonly title: string;
  /** After a number: "27 lost", "2 new failing". */
  readonly short: string;
  /** After "3 tests": what they do. A second form for "1 test". */
  readonly several: string;
  readonly one: string;
}

const text = (title: string, short: string, several: string, one: string): KindText => ({
  title,
  short,
  several,
  one,
});

/** How each kind of finding is put in words. */
export const kindTexts: Readonly<Record<FindingKind, KindText>> = {
  'sentinel-passed': text(
    'Sentinel passed',
    'sentinel passed',
    'must fail in a sound image, and pass',
    'must fail in a sound image, and passes',
  ),
  'must-pass-failed': text(
    'Must pass',
    'must-pass failed',
    'must pass, and do not',
    'must pass, and does not',
  ),
  'cannot-start': text(
    'Cannot start',
    'cannot start',
    'do not even start in the candidate',
    'does not even start in the candidate',
  ),
  regressed: text(
    'Regressed',
    'regressed',
    'pass in the baseline and fail in the candidate',
    'passes in the baseline and fails in the candidate',
  ),
  'lost-coverage': text(
    'Lost coverage',
    'lost',
    'passed in the baseline and no longer run',
    'passed in the baseline and no longer runs',
  ),
  infrastructure: text(
    'Infrastructure',
    'infrastructure',
    'could not be run, for reasons outside of the image',
    'could not be run, for reasons outside of the image',
  ),
  'not-comparable': text(
    'Not comparable',
    'not comparable',
    'leave nothing to compare',
    'leaves nothing to compare',
  ),
  unconfirmed: text(
    'Unconfirmed',
    'unconfirmed',
    'look worse in the candidate, and nobody has confirmed it',
    'looks worse in the candidate, and nobody has confirmed it',
  ),
  'newly-flaky': text(
    'Newly flaky',
    'newly flaky',
    'fail at times, and in the candidate only',
    'fails at times, and in the candidate only',
  ),
  'new-failing': text(
    'New failing',
    'new failing',
    'fail and were not there before',
    'fails and was not there before',
  ),
  'lost-failing': text(
    'Lost failing',
    'lost failing',
    'failed in the baseline and no longer run',
    'failed in the baseline and no longer runs',
  ),
  'changed-failure': text(
    'Changed failure',
    'changed failure',
    'fail on both sides, but otherwise than before',
    'fails on both sides, but otherwise than before',
  ),
  'known-flaky': text(
    'Known to be flaky',
    'known flaky',
    'fail at times, as they are known to do on images that were in use',
    'fails at times, as it is known to do on images that were in use',
  ),
  'flaky-on-both': text(
    'Flaky on both',
    'flaky on both',
    'contradict themselves on both sides',
    'contradicts itself on both sides',
  ),
  'still-failing': text(
    'Still failing',
    'still failing',
    'fail on both sides, as before',
    'fails on both sides, as before',
  ),
  fixed: text(
    'Fixed',
    'fixed',
    'failed in the baseline and pass now',
    'failed in the baseline and passes now',
  ),
  gained: text('Gained', 'gained', 'run now, and did not before', 'runs now, and did not before'),
  same: text('Same', 'the same', 'behave as in the baseline', 'behaves as in the baseline'),
};

/** What a finding does to the verdict under a rule. */
export type Weight = 'rejects' | 'holds' | 'shown';

export function weightOf(kind: FindingKind, { lostCoverage }: Pick<Rule, 'lostCoverage'>): Weight {
  if (kind === 'lost-coverage' && lostCoverage === 'allow') return 'shown';
  const verdict = verdictOfFinding[kind];
  if (verdict.startsWith('reject')) return 'rejects';
  return verdict.startsWith('hold') ? 'holds' : 'shown';
}

/** Kinds that say nothing bad and nothing new: folded to a count unless all are asked for. */
export const foldedKinds: ReadonlySet<FindingKind> = new Set([
  'flaky-on-both',
  'still-failing',
  'gained',
  'lost-failing',
  'same',
]);
