import { plural } from '../../base/text.ts';
import type { ReportDocument, ReportSuite } from '../../model/report-document.ts';
import { percent, rulesOf } from './blind-spot.ts';
import { waiveProposal, waiveText } from './commands.ts';
import { suiteBlocks, type Block } from './markdown-suite.ts';
import { codeSpan, commandBlock, details, htmlCode, markdownText } from './markdown-text.ts';
import { noticesOf } from './notices.ts';
import { reportLimits } from './report-limits.ts';
import { namedPackages } from './shown-change.ts';
import { sectionsOf, totalsText } from './sections.ts';
import {
  asSentence,
  leadOf,
  changeText,
  digestText,
  moodOf,
  moveOf,
  nextWords,
  originText,
  ownSentence,
  type Mood,
} from './words.ts';

/** How much may be written, in whatever the place counts. */
export interface Room {
  readonly max: number;
  readonly sizeOf: (text: string) => number;
}

const comment: Room = { max: reportLimits.markdownCharsMax, sizeOf: (text) => text.length };

/**
 * A comment on a pull request. What matters most gets its place first; what does not fit is left out as a whole, and named
 * at the end.
 */
export function renderMarkdown(report: ReportDocument, { max, sizeOf }: Room = comment): string {
  const head = headBlock(report);
  const foot = footBlock(report);
  const blocks = report.suites.flatMap((suite) => suiteBlocks(suite, report));
  const place = max - sizeOf(head) - sizeOf(foot) - leftOutMax;
  const kept = fit(blocks, { max: place, sizeOf });
  const left = blocks.filter((block) => !kept.has(block) && block.label !== undefined);
  const parts = [
    head,
    ...blocks.filter((block) => kept.has(block)).map(({ text }) => text),
    leftOutBlock(left),
    foot,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

// Room for the sentence that says what was left out.
const leftOutMax = 4_000;
const leftOutNamedMax = 20;
const suiteRowsMax = 60;

const moodMark: Readonly<Record<Mood, string>> = { promote: '✅', hold: '⏸️', reject: '❌' };

/** The heaviest first; within a weight in order. A smaller block may still fit where a larger one did not. */
function fit(blocks: readonly Block[], { max, sizeOf }: Room): ReadonlySet<Block> {
  const kept = new Set<Block>();
  let left = max;
  for (const block of blocks.toSorted((one, other) => one.rank - other.rank)) {
    const size = sizeOf(block.text) + 2;
    if (size > left) continue;
    kept.add(block);
    left -= size;
  }
  return kept;
}

function headBlock(report: ReportDocument): string {
  const { verdict, suites } = report;
  const rows = suites.slice(0, suiteRowsMax).map((suite) => suiteRow(suite, report));
  const rest = suites.length - rows.length;
  return [
    `### ${moodMark[moodOf(verdict)]} ${verdict.kind} — ${moveOf(verdict)}`,
    '',
    markdownText(leadOf(report), 600),
    '',
    `**Next:** ${nextText(report)}`,
    '',
    ...report.members.slice(0, suiteRowsMax).map((member) => memberLine(report, member)),
    '',
    ...(report.origin.kind === 'results' ? [] : tableHead),
    ...rows,
    ...(rest === 0 ? [] : ['', `and ${plural(rest, 'more suite')}`]),
    ...noticeLines(report),
  ].join('\n');
}

function noticeLines(report: ReportDocument): readonly string[] {
  const notices = noticesOf(report);
  const shown = notices.slice(0, suiteRowsMax).map((notice) => `- ${markdownText(asSentence(notice), 600)}`);
  const rest = notices.length - shown.length;
  const more = rest === 0 ? [] : [`- and ${rest} more`];
  return notices.length === 0 ? [] : ['', '**To know**', '', ...shown, ...more];
}

function nextText(report: ReportDocument): string {
  return nextWords(report)
    .map(({ text, isCode }) => (isCode ? codeSpan(text) : spaced(text)))
    .join('');
}

/** Keeps the space between text and code. */
function spaced(part: string): string {
  return `${/^\s/.test(part) ? ' ' : ''}${markdownText(part, 600)}${/\s$/.test(part) ? ' ' : ''}`;
}

function memberLine(report: ReportDocument, member: ReportDocument['members'][number]): string {
  const { origin } = report;
  if (origin.kind === 'results') return `- ${codeSpan(origin.baseline)} → ${codeSpan(origin.candidate)}`;
  const images = `${codeSpan(digestText(member.baseline))} → ${codeSpan(digestText(member.candidate))}`;
  const own = ownSentence(member, report);
  const why = own === undefined ? '' : ` · ${markdownText(own)}`;
  const suite = report.suites.find(({ image }) => image === member.image);
  const change = changeText(suite?.change);
  const changed = change === undefined ? '' : ` · ${markdownText(change)}`;
  return `- ${codeSpan(member.baselineReference)}: ${images}${changed}${why}${packagesText(suite?.change)}`;
}

/** Below the line of its image: packages by name, and the page between the two commits. */
function packagesText(change: ReportSuite['change']): string {
  if (change === undefined) return '';
  const { named, rest } = namedPackages(change);
  const link = change.source?.link;
  const more = rest === 0 ? '' : ` and ${rest} more`;
  return [
    ...(named.length === 0 ? [] : [`\n  - ${named.map((each) => codeSpan(each, 120)).join(', ')}${more}`]),
    // It was made of a known host, a plain path and two commits.
    ...(link === undefined ? [] : [`\n  - <${link}>`]),
  ].join('');
}

const tableHead = [
  '| | image | suite | platform | tests | findings |',
  '| --- | --- | --- | --- | ---: | --- |',
];

function suiteRow(suite: ReportSuite, { origin }: ReportDocument): string {
  const { verdict, observed, image, platform } = suite;
  const tests =
    suite.baseline === undefined
      ? String(observed.candidate)
      : `${observed.baseline} → ${observed.candidate}`;
  const findings = totalsText(sectionsOf(suite), suite);
  if (origin.kind === 'results') return `${tests} tests: ${findings}`;
  const cells = [
    `${moodMark[moodOf(verdict)]} ${verdict.kind}`,
    htmlCode(image, 60),
    htmlCode(suite.suite, 60),
    htmlCode(platform, 40),
    tests,
    findings,
  ];
  return `| ${cells.join(' | ')} |`;
}

function leftOutBlock(left: readonly Block[]): string {
  if (left.length === 0) return '';
  const named = left.slice(0, leftOutNamedMax).flatMap(({ label }) => label ?? []);
  const more = left.length > named.length ? ` and ${left.length - named.length} more` : '';
  return `*Left out here for length: ${named.join(', ')}${more}. All of it is in the HTML and JSON reports.*`;
}

function waiveLines(report: ReportDocument): readonly string[] {
  const proposal = waiveProposal(report);
  if (proposal === undefined) return [];
  const body = `${waiveText(proposal)}\n\n${commandBlock(proposal.command)}`;
  return [details('To let it through', body), ''];
}

function footBlock(report: ReportDocument): string {
  const rules = rulesOf(report);
  const lines = rules.flatMap(({ rule, suites, spots }) => {
    const names = suites.slice(0, leftOutNamedMax).map((suite) => codeSpan(suite, 60));
    const reruns =
      report.origin.kind === 'bundle' ? `up to ${plural(rule.confirmRuns, 'rerun')} a side` : 'no rerun';
    return [
      `${names.join(', ')}: ${plural(rule.screenRuns, 'screen')}, ${reruns}. A test that always passed before and now passes`,
      ...spots.map(
        ({ passes, missed }) =>
          `- ${percent(passes)} of the time goes unseen with a chance of ${percent(missed)}`,
      ),
      '',
    ];
  });
  const blind =
    rules.length === 0 ? [] : [details('What this gate could not have seen', lines.join('\n').trim()), ''];
  return [
    ...blind,
    ...waiveLines(report),
    `<sub>${markdownText(originText(report), reportLimits.lineCharsMax)}</sub>`,
  ].join('\n');
}
