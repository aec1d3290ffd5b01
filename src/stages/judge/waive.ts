import type { Evidence } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import { compileGlob } from '../../model/glob.ts';
import { runItself, type TestId } from '../../model/observation.ts';
import { verdictOfFinding } from '../../model/verdict.ts';
import { isTooMuchToWaive, waivable, type Waiver } from '../../model/waiver.ts';

export interface WaiveOrder {
  readonly evidence: Evidence;
  readonly findings: readonly Finding[];
  /** Tests that must pass. */
  readonly mustPass: ReadonlySet<TestId>;
  /** Tests that ran on both sides; on the candidate's where there is no baseline. */
  readonly comparable: number;
  /** Tests among which the waived ones are counted: those that pass in the baseline, or all of the candidate's. */
  readonly among: number;
}

/**
 * Marks the findings that a waiver excuses. None is where that would excuse the suite itself: nothing was compared, or
 * more of it is waived than would count as "the image or the harness".
 */
export function waive({ evidence, findings, mustPass, comparable, among }: WaiveOrder): readonly Finding[] {
  const { waivers, rule } = evidence;
  if (waivers.length === 0 || comparable === 0) return findings;
  const globs = waivers.map((waiver) => ({ waiver, matches: compileGlob(waiver.test, 'test') }));
  const waiverOf = ({ test, kind }: Finding): Waiver | undefined => {
    if (!waivable[kind] || test === runItself || mustPass.has(test)) return undefined;
    if (verdictOfFinding[kind] === 'promote' || (kind === 'lost-coverage' && rule.lostCoverage === 'allow'))
      return undefined;
    return globs.find(({ matches }) => matches(test))?.waiver;
  };
  const marked = findings.map((finding): Finding => {
    const waived = waiverOf(finding);
    return waived === undefined ? finding : { ...finding, waived };
  });
  const count = marked.filter(({ waived }) => waived !== undefined).length;
  return isTooMuchToWaive(count, among, rule) ? findings : marked;
}
