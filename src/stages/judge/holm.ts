import type { Rule } from '../../model/rule.ts';
import { fisher } from './fisher.ts';

export interface Hypotheses {
  /** All suspects that the set ever put on trial, decided or not. */
  readonly suspects: number;
  /** Those that were convicted before; they are the smallest p and keep their places. */
  readonly convicted: number;
  readonly alpha: number;
}

/**
 * Holm's step-down over the suspects that may be convicted now: the smallest p is held against alpha / suspects,
 * the next against alpha / (suspects - 1), and so on until one is too large.
 * @returns the largest p that convicts, or undefined where none does
 */
export function holmThreshold(
  ps: readonly number[],
  { suspects, convicted, alpha }: Hypotheses,
): number | undefined {
  let threshold: number | undefined;
  let left = suspects - convicted;
  for (const p of ps.toSorted((one, other) => one - other)) {
    if (left < 1 || p > alpha / left) break;
    threshold = p;
    left -= 1;
  }
  return threshold;
}

/** How many suspects a set may have for Holm to convict the first of them when all its reruns tell the two sides apart. */
export function holmCapacity({ confirmRuns, alpha }: Rule): number {
  const clearest = {
    baselinePassed: confirmRuns,
    baselineFailed: 0,
    candidatePassed: 0,
    candidateFailed: confirmRuns,
  };
  return Math.floor(alpha / fisher(clearest));
}
