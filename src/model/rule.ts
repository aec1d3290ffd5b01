import { limits } from '../base/limits.ts';

/** The parameters of the paired screen and confirm (decision 1); recorded with every verdict. */
export interface Rule {
  /** Runs of the whole suite a side. */
  readonly screenRuns: number;
  /** Reruns of suspects a side, at most. */
  readonly confirmRuns: number;
  /** Candidate's first runs that exonerate a suspect when they are all clean; also the fewest failures that convict. */
  readonly exonerateRuns: number;
  /** Reruns of a broken unit a side, at most. */
  readonly errorRuns: number;
  /** Level of the one-sided Fisher test, Holm-corrected over all suspects of the set. */
  readonly alpha: number;
  /** Above this share of the baseline's passing tests, all suspects count as one. */
  readonly massShare: number;
  readonly lostCoverage: 'block' | 'allow';
  /** Of what the last run on the same baseline held, at least this share has to have run again. */
  readonly heldShare: number;
}

export const defaultRule: Rule = {
  screenRuns: 1,
  confirmRuns: limits.confirmRunsMax,
  exonerateRuns: 3,
  errorRuns: limits.errorRerunsMax,
  alpha: 0.05,
  massShare: 0.8,
  lostCoverage: 'block',
  heldShare: 0.95,
};
