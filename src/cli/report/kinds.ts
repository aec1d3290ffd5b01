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
    'Must pass, and does not',
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
    'are confirmed to fail in the candidate and not in the baseline',
    'is confirmed to fail in the candidate and not in the baseline',
  ),
  'lost-coverage': text(
    'Lost coverage',
    'lost',
    'passed in the baseline and do not run in the candidate',
    'passed in the baseline and does not run in the candidate',
  ),
  infrastructure: text(
    'Infrastructure',
    'infrastructure',
    'could not be run for reasons outside of the image',
    'could not be run for reasons outside of the image',
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
    'passed in the baseline and failed in the candidate, and reruns could not tell',
    'passed in the baseline and failed in the candidate, and reruns could not tell',
  ),
  'newly-flaky': text(
    'Newly flaky',
    'newly flaky',
    'fail at times in the candidate and never in the baseline',
    'fails at times in the candidate and never in the baseline',
  ),
  'new-failing': text(
    'New failing',
    'new failing',
    'fail in the candidate and were not there before',
    'fails in the candidate and was not there before',
  ),
  'lost-failing': text(
    'Lost, was failing',
    'lost, was failing',
    'failed in the baseline and do not run in the candidate',
    'failed in the baseline and does not run in the candidate',
  ),
  'changed-failure': text(
    'Changed failure',
    'changed failure',
    'fail on both sides, but otherwise than before',
    'fails on both sides, but otherwise than before',
  ),
  'flaky-on-both': text(
    'Flaky on both sides',
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
    'failed in the baseline and pass in the candidate',
    'failed in the baseline and passes in the candidate',
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
