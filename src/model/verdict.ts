import { shellWord } from '../base/shell-word.ts';
import type { Digest } from './digest.ts';
import type { Finding, FindingKind } from './finding.ts';

/** Best first: the verdict over tests, suites, platforms and images is the worst of them. */
export const verdictKinds = [
  'promote',
  'promote with waiver',
  'hold: needs approval',
  'hold: newly flaky',
  'hold: no evidence',
  'hold: infrastructure',
  'reject: regression',
  'reject: must-pass',
] as const;

export type VerdictKind = (typeof verdictKinds)[number];

/** What each finding allows at best. The table is total; lost coverage is let through where the rule allows it. */
export const verdictOfFinding = {
  'sentinel-passed': 'reject: must-pass',
  'must-pass-failed': 'reject: must-pass',
  'cannot-start': 'reject: regression',
  regressed: 'reject: regression',
  'lost-coverage': 'reject: regression',
  infrastructure: 'hold: infrastructure',
  'not-comparable': 'hold: no evidence',
  unconfirmed: 'hold: no evidence',
  'newly-flaky': 'hold: newly flaky',
  'new-failing': 'hold: needs approval',
  'lost-failing': 'promote',
  'changed-failure': 'promote',
  'known-flaky': 'promote',
  'flaky-on-both': 'promote',
  'still-failing': 'promote',
  fixed: 'promote',
  gained: 'promote',
  same: 'promote',
} as const satisfies Readonly<Record<FindingKind, VerdictKind>>;

/** Who can change a verdict. */
export type Mover = 'nobody' | 'image author' | 'test author' | 'maintainer' | 'operator';

export interface Verdict {
  readonly kind: VerdictKind;
  /** One sentence: why. */
  readonly sentence: string;
  /** Whose move it is. */
  readonly mover: Mover;
  /** The command, or the step, that changes it. */
  readonly next: string;
}

/** What was concluded for one suite on one pair of images. */
export interface SuiteVerdict {
  readonly image: string;
  readonly suite: string;
  readonly platform: string;
  readonly verdict: Verdict;
  /** All tests, those that matter most first. */
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<FindingKind, number>>;
  /** Tests that were observed on each side. */
  readonly observed: { readonly baseline: number; readonly candidate: number };
  /** Runs of the suite, whole or in part, on both sides together; without those that an earlier gate left. */
  readonly trials: number;
}

/** The answer to "is this set at least as good as what it replaces?", bound to exactly these digests. */
export interface SetVerdict {
  readonly verdict: Verdict;
  readonly members: readonly MemberVerdict[];
}

export interface MemberVerdict {
  readonly image: string;
  /** The name that is asked to move, and where it stood when the gate looked; undefined: it did not exist. */
  readonly baselineReference: string;
  readonly baseline: Digest | undefined;
  /** Index or manifest that is to be promoted. */
  readonly candidate: Digest;
  readonly verdict: Verdict;
  readonly suites: readonly SuiteVerdict[];
}

/** The judge writes `DIR` where a command takes the bundle; a person wants to copy the command as it is. */
export function nextWithBundle({ next }: Pick<Verdict, 'next'>, bundle: string): string {
  return next.replaceAll(/\bDIR\b/g, () => shellWord(bundle));
}

export function worstVerdict(verdicts: readonly Verdict[]): Verdict | undefined {
  return verdicts.reduce<Verdict | undefined>(
    (worst, each) => (worst === undefined || severity(each) > severity(worst) ? each : worst),
    undefined,
  );
}

/** 0 is best. */
function severity(verdict: Verdict): number {
  return verdictKinds.indexOf(verdict.kind);
}

export function allowsPromotion(verdict: Verdict): boolean {
  return verdict.kind === 'promote' || verdict.kind === 'promote with waiver';
}
