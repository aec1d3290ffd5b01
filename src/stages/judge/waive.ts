import type { Evidence } from '../../model/evidence.ts';
import type { Finding, FindingKind } from '../../model/finding.ts';
import { compileGlob } from '../../model/glob.ts';
import { runItself, type TestId } from '../../model/observation.ts';
import { verdictOfFinding } from '../../model/verdict.ts';
import type { Waiver } from '../../model/waiver.ts';

/** What a waiver can excuse: single tests that got worse, or of which nothing can be said. */
const waivable: Readonly<Record<FindingKind, boolean>> = {
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
  return count > waivedAlways && count > rule.massShare * among ? findings : marked;
}

// So few tests are no suite that is lost, even where it has no more than these.
const waivedAlways = 4;
