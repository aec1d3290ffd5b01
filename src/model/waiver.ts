import type { Digest } from './digest.ts';
import type { FindingKind } from './finding.ts';
import type { Rule } from './rule.ts';

/** A person's word that a finding does not count: for a while, or for one candidate. */
export interface Waiver {
  /** Glob over test names. */
  readonly test: string;
  /** Name of the image in lockkeeper.yaml. */
  readonly image: string;
  /** Undefined: any suite of the image. */
  readonly suite: string | undefined;
  readonly author: string;
  readonly reason: string;
  readonly until: WaiverEnd;
}

export type WaiverEnd =
  /** The last day on which it holds, in UTC: `2026-12-31`. */
  | { readonly kind: 'day'; readonly day: string }
  /** It holds for this candidate and for no other: its index, or its image of one platform. */
  | { readonly kind: 'candidate'; readonly digest: Digest };

/** Why a waiver does, or does not, count in a gate. */
export type WaiverState = 'in force' | 'expired' | 'of another candidate';

/**
 * @param now ISO 8601, UTC
 * @param candidates all digests that the candidate has: its index and its images
 */
export function waiverState({ until }: Waiver, now: string, candidates: readonly Digest[]): WaiverState {
  if (until.kind === 'candidate')
    return candidates.includes(until.digest) ? 'in force' : 'of another candidate';
  return dayOf(now) <= until.day ? 'in force' : 'expired';
}

/** `until 2026-12-31`, `for sha256:…`. */
export function describeEndOf(until: WaiverEnd): string {
  return until.kind === 'day' ? `until ${until.day}` : `for ${until.digest}`;
}

/** The day of an instant, in UTC. */
export function dayOf(instant: string): string {
  return instant.slice(0, 10);
}

/** What a waiver can excuse: single tests that got worse, or of which nothing can be said. */
export const waivable: Readonly<Record<FindingKind, boolean>> = {
  // An image that lies about exit statuses, or does not start, has no test that could be excused.
  'sentinel-passed': false,
  'cannot-start': false,
  // What must pass must pass; whoever wants less takes it off that list.
  'must-pass-failed': false,
  // Nothing was compared: there is no finding to excuse.
  'not-comparable': false,
  regressed: true,
  'lost-coverage': true,
  infrastructure: true,
  unconfirmed: true,
  'newly-flaky': true,
  'new-failing': true,
  'lost-failing': false,
  'changed-failure': false,
  'known-flaky': false,
  'flaky-on-both': false,
  'still-failing': false,
  fixed: false,
  gained: false,
  same: false,
};

/**
 * Whether so many waived tests would excuse the suite itself: more than would count as "the image or the harness".
 * @param among tests that pass in the baseline, or all of the candidate's
 */
export function isTooMuchToWaive(
  count: number,
  among: number,
  { massShare }: Pick<Rule, 'massShare'>,
): boolean {
  return count > waivedAlways && count > massShare * among;
}

// So few tests are no suite that is lost, even where it has no more than these.
const waivedAlways = 4;
