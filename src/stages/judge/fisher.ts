import { invariant } from '../../base/invariant.ts';
import type { ConfirmCounts } from '../../model/finding.ts';

export type Counts = Omit<ConfirmCounts, 'p'>;

// Below this many runs all binomials are whole numbers that a double holds exactly, so that equal tables have
// equal p and a p of exactly alpha compares as such.
const runsExactMax = 50;

/**
 * Fisher's exact test, one-sided: how probable it is that at least this many of all failures fall on the candidate,
 * if both sides fail alike. 1 where a side has no runs.
 */
export function fisher({ baselinePassed, baselineFailed, candidatePassed, candidateFailed }: Counts): number {
  const candidate = candidatePassed + candidateFailed;
  const baseline = baselinePassed + baselineFailed;
  const failed = candidateFailed + baselineFailed;
  invariant(candidate + baseline <= runsExactMax, 'more confirming runs than Fisher can count exactly');
  let ways = 0;
  for (let onCandidate = candidateFailed; onCandidate <= Math.min(failed, candidate); onCandidate += 1) {
    ways += choose(candidate, onCandidate) * choose(baseline, failed - onCandidate);
  }
  return ways / choose(candidate + baseline, failed);
}

function choose(from: number, count: number): number {
  if (count < 0 || count > from) return 0;
  let ways = 1;
  for (let taken = 1; taken <= count; taken += 1) ways = (ways * (from - count + taken)) / taken;
  return ways;
}
