import { formatTable } from '../../base/table.ts';
import { durationText } from '../../base/quantity.ts';
import { inert, plural } from '../../base/text.ts';
import type { ReportDocument, ReportFinding, ReportSuite } from '../../model/report-document.ts';
import type { Side } from '../../model/trial.ts';
import { reproduceOf } from './commands.ts';
import { excerpt } from './excerpt.ts';
import { nameBelow, type LostGroup } from './explain.ts';
import { foldedKinds, kindTexts } from './kinds.ts';
import { reportLimits } from './report-limits.ts';
import {
  causeSaid,
  saidBy,
  sectionSentence,
  sectionsOf,
  totalsText,
  type Said,
  type Section,
} from './sections.ts';
import { leadText, leadTitle } from './shown-change.ts';
import { foldInert, moodSign, moodStyle, noBreak, paragraph, safe, type Pen } from './terminal-pen.ts';
import { asSentence, isRepeated, moodOf, statusText, testText } from './words.ts';

/** One suite on one pair of images. */
export function suiteLines(suite: ReportSuite, report: ReportDocument, pen: Pen): readonly string[] {
  const { verdict } = suite;
  const mood = moodOf(verdict);
  const sections = sectionsOf(suite);
  const told = sections.filter((section) => isTold(section, pen));
  const kind = pen.paint(moodStyle[mood], verdict.kind);
  const place = report.origin.kind === 'results' ? '' : `${pen.paint('dim', safe(suite.platform, 60))}  `;
  return [
    `  ${pen.paint(moodStyle[mood], moodSign[mood])} ${pen.paint('bold', safe(suite.suite))}  ${place}${kind}`,
    ...(isRepeated(verdict.sentence, report)
      ? []
      : paragraph(asSentence(safe(verdict.sentence)), '    ', pen)),
    ...paragraph(runsText(suite, sections), '    ', pen).map((each) => pen.paint('dim', each)),
    ...told.flatMap((section) => ['', ...sectionLines(section, { suite, report, pen })]),
    ...foldedLines(sections, pen),
    ...(suite.findingsLeftOut === 0
      ? []
      : [`    ${plural(suite.findingsLeftOut, 'finding')} more in the evidence.`]),
  ];
}

function runsText(suite: ReportSuite, sections: readonly Section[]): string {
  const runs = suite.trials.filter(({ step }) => step !== 'preflight');
  const took = runs.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const { baseline, candidate } = suite.observed;
  const seen =
    suite.baseline === undefined ? plural(candidate, 'test') : `${plural(baseline, 'test')} → ${candidate}`;
  const ran =
    runs.length === 0
      ? ' · nothing was run'
      : took === 0
        ? ''
        : ` · ${plural(runs.length, 'run')} in ${durationText(took).replaceAll(' ', noBreak)}`;
  return `${seen}: ${totalsText(sections, suite)}${ran}`;
}

/** Sections that are empty because all of it is told as the cause of lost tests need no heading. */
function isTold({ kind, findings, lost, toldElsewhere }: Section, { all }: Pen): boolean {
  if (foldedKinds.has(kind) && !all) return false;
  return findings.length > 0 || lost.length > 0 || toldElsewhere === 0;
}

function foldedLines(sections: readonly Section[], pen: Pen): readonly string[] {
  const folded = sections.filter(({ kind }) => foldedKinds.has(kind));
  if (pen.all || folded.length === 0) return [];
  const said = folded.map((section) => sectionSentence(section)).join('; ');
  return ['', ...paragraph(`${said} (--all names them)`, '    ', pen).map((each) => pen.paint('dim', each))];
}

interface Teller {
  readonly suite: ReportSuite;
  readonly report: ReportDocument;
  readonly pen: Pen;
}

function sectionLines(section: Section, teller: Teller): readonly string[] {
  const { kind, weight } = section;
  const { pen } = teller;
  const style =
    weight === 'rejects' ? 'red' : weight === 'holds' ? 'yellow' : kind === 'fixed' ? 'green' : 'reset';
  const title = pen.paint('bold', pen.paint(style, kindTexts[kind].title));
  const heading = paragraph(`${title}: ${sectionSentence(section)}`, '    ', pen);
  if (kind === 'lost-coverage')
    return [
      ...heading,
      ...section.lost.flatMap((group) => lostLines(group, pen)),
      ...section.findings.slice(0, 1).flatMap((finding) => commandLines(finding, indent, teller)),
    ];
  const detailed =
    weight === 'shown' && kind !== 'changed-failure'
      ? []
      : section.findings.slice(0, reportLimits.terminalDetailsMax);
  return [
    ...heading,
    ...detailed.flatMap((finding) => findingLines(finding, teller)),
    ...nameLines(section.findings.slice(detailed.length), pen),
  ];
}

function nameLines(findings: readonly ReportFinding[], pen: Pen): readonly string[] {
  const shown = pen.all ? findings : findings.slice(0, reportLimits.terminalNamesMax);
  const rest = findings.length - shown.length;
  return [
    ...shown.map(({ test }) => `      ${inert(testText(test))}`),
    ...(rest === 0 ? [] : [`      and ${rest} more`]),
  ];
}

function findingLines(finding: ReportFinding, teller: Teller): readonly string[] {
  const { suite, pen } = teller;
  const side = (name: Side): readonly string[] =>
    sideLines(name, statusText(finding[name] ?? 'missing'), saidBy(name, finding, suite), pen);
  return [
    `      ${pen.paint('bold', inert(testText(finding.test)))}`,
    ...paragraph(asSentence(safe(finding.because)), '        ', pen),
    ...(suite.baseline === undefined ? [] : side('baseline')),
    ...side('candidate'),
    ...leadLines(finding, pen),
    ...commandLines(finding, '        ', teller),
  ];
}

/** What changed and is nearest to what the test says. */
function leadLines({ leads = [] }: ReportFinding, pen: Pen): readonly string[] {
  if (leads.length === 0) return [];
  const said = leads.flatMap((lead) => paragraph(inert(leadText(lead)), '          ', pen));
  return [`        ${pen.paint('dim', `${leadTitle}:`)}`, ...said];
}

/** The command stays on one line, however long it is, so that it can be copied. */
function commandLines(
  finding: ReportFinding,
  before: string,
  { suite, report, pen }: Teller,
): readonly string[] {
  const command = reproduceOf(finding, suite, report);
  return command === undefined ? [] : [`${before}${pen.paint('dim', 'reproduce')}  ${command}`];
}

/** What one side says, beside its name. */
function sideLines(side: Side, status: string, said: Said | undefined, pen: Pen): readonly string[] {
  const label = side.padEnd('candidate'.length);
  const beside = ' '.repeat('        '.length + label.length + '  '.length);
  const [first = beside + status, ...rest] = said === undefined ? [] : quote(said, beside, pen);
  return [
    `        ${pen.paint(side === 'candidate' ? 'red' : 'dim', label)}  ${first.slice(beside.length)}`,
    ...rest,
  ];
}

/** Foreign lines behind a bar, so that nobody takes them for ours. */
function quote({ text, isLog }: Said, before: string, { paint, columns }: Pen): readonly string[] {
  const bar = `${before}${paint('dim', '│')} `;
  const width = Math.max(30, columns - before.length - 2);
  const cut = excerpt(text, {
    linesMax: reportLimits.excerptLinesMax,
    // A line may take two rows: the reason of a failure often stands at its end.
    lineCharsMax: 2 * width,
    otherwise: isLog ? 'end' : 'start',
  });
  const gap = (count: number): readonly string[] =>
    count === 0 ? [] : [bar + paint('dim', `… ${plural(count, 'line')}`)];
  const rows = cut.lines.flatMap((each) => foldInert(each, width));
  return [...gap(cut.before), ...rows.map((each) => bar + each), ...gap(cut.after)];
}

function lostLines({ cause, modules, count }: LostGroup, pen: Pen): readonly string[] {
  const shown = pen.all ? modules : modules.slice(0, reportLimits.terminalNamesMax);
  const rows = shown.map((module) => [
    safe(module.name ?? '(no file or class)'),
    String(module.tests.length),
    names(module.tests.map((each) => inert(testText(each.name || nameBelow(each, module), 80)))),
  ]);
  const table = formatTable(
    [{ shrinks: true }, { align: 'right' }, { shrinks: true }],
    rows,
    pen.columns - indent.length,
  );
  const rest = modules.length - shown.length;
  return [
    ...(cause === undefined ? [] : causeLines(cause, count, pen)),
    ...table.map((each) => indent + each),
    ...(rest === 0 ? [] : [`${indent}and ${plural(rest, 'more file or class', 'more files or classes')}`]),
  ];
}

const indent = '      ';

function causeLines(cause: NonNullable<LostGroup['cause']>, count: number, pen: Pen): readonly string[] {
  const [first] = cause.places;
  const where =
    first === undefined
      ? 'the run'
      : cause.places.length === 1
        ? safe(first.test)
        : plural(cause.places.length, 'place');
  const verb = cause.places.length > 1 ? 'break' : 'breaks';
  const said = `${plural(count, 'test')} lost where ${where} ${verb} in the candidate:`;
  return [...paragraph(said, indent, pen), ...quote(causeSaid(cause), `${indent}  `, pen)];
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, reportLimits.groupNamesMax);
  const rest = all.length - shown.length;
  return rest === 0 ? shown.join(', ') : `${shown.join(', ')} and ${rest} more`;
}
