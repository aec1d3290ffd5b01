import { shellWord } from '../../base/shell-word.ts';
import { plural, safeLine } from '../../base/text.ts';
import type { FindingKind } from '../../model/finding.ts';
import { runItself } from '../../model/observation.ts';
import type { ReportDocument, ReportFinding, ReportSuite } from '../../model/report-document.ts';
import { isTooMuchToWaive, waivable } from '../../model/waiver.ts';
import { weightOf } from './kinds.ts';
import { reportLimits } from './report-limits.ts';

/** Commands that a person copies: exact to the letter, or not proposed at all. */

type Unit = Pick<ReportSuite, 'image' | 'suite' | 'platform'>;

export interface ReproduceOrder {
  readonly origin: { readonly kind: 'results' } | { readonly kind: 'bundle'; readonly path: string };
  readonly unit: Unit;
  /** All that the gate ran: where an image has several platforms, the command names one. */
  readonly units: readonly Unit[];
  readonly finding: Pick<ReportFinding, 'test' | 'kind'>;
}

/** The command that shows a finding at home; undefined where nothing can be run, or nothing has to be looked at. */
export function reproduceCommand({ origin, unit, units, finding }: ReproduceOrder): string | undefined {
  if (origin.kind === 'results' || !reproducible[finding.kind]) return undefined;
  const { image, suite, platform } = unit;
  const several = units.some((each) => each.image === image && each.platform !== platform);
  const isOne = finding.kind !== 'lost-coverage' && finding.test !== runItself && isPlain(finding.test);
  if (![origin.path, image, suite, platform].every(isPlain)) return undefined;
  const words = [
    ...['lockkeeper', 'try', origin.path, '--image', image, '--suite', suite],
    ...(several ? ['--platform', platform] : []),
    ...(isOne ? ['--test', finding.test] : []),
  ];
  return words.map(shellWord).join(' ');
}

/** The same of a report that was written down. */
export function reproduceOf(
  finding: ReportFinding,
  suite: ReportSuite,
  { origin, suites }: ReportDocument,
): string | undefined {
  return reproduceCommand({ origin, unit: suite, units: suites, finding });
}

// The sentinel is no test of the suite, and what does not block need not be looked at.
const reproducible: Readonly<Record<FindingKind, boolean>> = {
  'sentinel-passed': false,
  'must-pass-failed': true,
  'cannot-start': true,
  regressed: true,
  'lost-coverage': true,
  infrastructure: true,
  'not-comparable': true,
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

export interface WaiveProposal {
  readonly command: string;
  /** Findings that block beside the one that the command names. */
  readonly others: number;
}

/** The command that lets a blocking finding through; undefined where waivers could not turn the verdict. */
export function waiveProposal({ origin, suites, members }: ReportDocument): WaiveProposal | undefined {
  if (origin.kind === 'results') return undefined;
  const blocking = suites.map((suite) => ({
    suite,
    findings: suite.findings.filter(
      ({ kind, waived }) => waived === undefined && weightOf(kind, suite.rule) !== 'shown',
    ),
  }));
  const cannot = blocking.some(
    ({ suite, findings }) =>
      findings.some(({ kind, test }) => !waivable[kind] || test === runItself) ||
      isTooMuchToWaive(findings.length, suite.observed.baseline, suite.rule),
  );
  const [first] = blocking.filter(({ findings }) => findings.length > 0);
  const [finding] = first?.findings ?? [];
  if (cannot || first === undefined || finding === undefined) return undefined;
  const { image, suite, candidate } = first.suite;
  const digest = members.find((member) => member.image === image)?.candidate ?? candidate;
  if (![finding.test, image, suite].every(isPlain)) return undefined;
  const words = [
    ...['lockkeeper', 'waive', globOf(finding.test), '--image', image, '--suite', suite],
    ...['--candidate', digest, '--reason', 'WHY'],
  ];
  const others = blocking.reduce((sum, { findings }) => sum + findings.length, 0) - 1;
  return { command: words.map(shellWord).join(' '), others };
}

/** What stands before the command. */
export function waiveText({ others }: WaiveProposal): string {
  const more =
    others === 0
      ? ''
      : ` ${plural(others, 'more finding')} ${others === 1 ? 'blocks' : 'block'}: the test may be a glob, or each gets its own.`;
  return `If it does not count for this candidate, say why in place of WHY, and run the gate again.${more}`;
}

/** A pattern that matches this test and no other. */
function globOf(test: string): string {
  return test.replaceAll(/[\\*?{}]/g, String.raw`\$&`);
}

/** Reads as it is written, and is taken for no option: no control character, nothing that a log would act on, not endless. */
function isPlain(word: string): boolean {
  return (
    word !== '' &&
    !word.startsWith('-') &&
    word.length <= reportLimits.lineCharsMax &&
    safeLine(word) === word &&
    !word.includes('\n')
  );
}
