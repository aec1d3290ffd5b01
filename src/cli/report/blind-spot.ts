import type { ReportDocument } from '../../model/report-document.ts';
import type { Rule } from '../../model/rule.ts';

type Runs = Pick<Rule, 'screenRuns' | 'confirmRuns' | 'exonerateRuns'>;

/** A drop that a gate may not have seen. */
export interface BlindSpot {
  /** How often the test passes in the candidate, after it always passed in the baseline. */
  readonly passes: number;
  /** Probability that nobody is told. */
  readonly missed: number;
}

const drops = [0.5, 0.8, 0.95] as const;

/**
 * What a gate of this rule could not have seen. A test that passes with probability p in the candidate goes unnoticed
 * when no screen fails, or when one does and the runs that exonerate are all clean. Where nothing can be rerun, only
 * the screen hides it.
 */
function blindSpots(rule: Runs, canRerun: boolean): readonly BlindSpot[] {
  return drops.map((passes) => ({ passes, missed: missChance(passes, rule, canRerun) }));
}

export function missChance(
  passes: number,
  { screenRuns, confirmRuns, exonerateRuns }: Runs,
  canRerun: boolean,
): number {
  const cleanScreen = passes ** screenRuns;
  if (!canRerun || confirmRuns === 0) return cleanScreen;
  const cleared = passes ** Math.min(exonerateRuns, confirmRuns);
  return 1 - (1 - cleanScreen) * (1 - cleared);
}

/** The rules of a report that differ in what they see, with the suites under each that were run at all. */
export function rulesOf({ suites, origin }: ReportDocument): readonly {
  readonly rule: Rule;
  readonly suites: readonly string[];
  readonly spots: readonly BlindSpot[];
}[] {
  const byRule = new Map<string, { readonly rule: Rule; readonly suites: Set<string> }>();
  for (const { rule, suite, trials } of suites) {
    if (!trials.some(({ step }) => step === 'screen')) continue;
    const key = `${rule.screenRuns} ${rule.confirmRuns} ${rule.exonerateRuns}`;
    const known = byRule.get(key) ?? { rule, suites: new Set<string>() };
    known.suites.add(suite);
    byRule.set(key, known);
  }
  return [...byRule.values()].map(({ rule, suites: names }) => ({
    rule,
    suites: [...names],
    spots: blindSpots(rule, origin.kind === 'bundle'),
  }));
}

/** `57 %`, but never 0 % or 100 % for what can happen either way. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) return `under 1${noBreak}%`;
  if (share < 1 && share > 0.995) return `over 99${noBreak}%`;
  return `${Math.round(share * 100)}${noBreak}%`;
}

const noBreak = '\u00a0';
