import { plural } from '../../base/text.ts';
import type { ReportDocument, ReportFinding, ReportSuite } from '../../model/report-document.ts';
import { reproduceOf } from './commands.ts';
import { nameBelow, type LostGroup } from './explain.ts';
import { foldedKinds, kindTexts, type Weight } from './kinds.ts';
import { codeBlock, codeSpan, commandBlock, details, htmlCode, markdownText } from './markdown-text.ts';
import { causeSaid, saidBy, sectionSentence, sectionsOf, type Section } from './sections.ts';
import { leadText, leadTitle } from './shown-change.ts';
import { asSentence, isRepeated, moodOf, statusText } from './words.ts';

/** A piece of the comment that is shown as a whole or not at all. */
export interface Block {
  readonly text: string;
  /** Smaller is more important. */
  readonly rank: number;
  /** What is missing when it is left out; undefined where that needs no saying. */
  readonly label: string | undefined;
}

// Findings that are shown with what both sides say, and with their name only.
const detailedMax = 10;
const namedMax = 50;

const rankOf: Readonly<Record<Weight, number>> = { rejects: 1, holds: 2, shown: 4 };

/** Nothing for a suite that only has good news: its row in the table says it. */
export function suiteBlocks(suite: ReportSuite, report: ReportDocument): readonly Block[] {
  const sections = sectionsOf(suite).filter(({ findings, lost }) => findings.length + lost.length > 0);
  if (sections.length === 0 && moodOf(suite.verdict) === 'promote') return [];
  const place = report.origin.kind === 'results' ? '' : ` on ${codeSpan(suite.platform, 40)}`;
  const name = `${codeSpan(suite.suite, 60)}${place}`;
  const { kind, sentence } = suite.verdict;
  const heading: Block = {
    text: [
      `#### ${name} — ${kind}`,
      ...(isRepeated(sentence, report) ? [] : [asSentence(markdownText(sentence))]),
    ].join('\n\n'),
    rank: 0,
    label: undefined,
  };
  return [
    heading,
    ...sections.flatMap((section) => sectionBlocks(section, suite, report)),
    ...(suite.findingsLeftOut === 0
      ? []
      : [
          {
            text: `${plural(suite.findingsLeftOut, 'finding')} more in the evidence.`,
            rank: 0,
            label: undefined,
          },
        ]),
  ];
}

function sectionBlocks(section: Section, suite: ReportSuite, report: ReportDocument): readonly Block[] {
  const { kind, weight, count, findings } = section;
  const sentence = `**${kindTexts[kind].title}**: ${sectionSentence(section)}`;
  const label = `${kindTexts[kind].title.toLowerCase()} (${count}) of ${codeSpan(suite.suite, 60)}`;
  const rank = rankOf[weight];
  if (kind === 'lost-coverage') {
    const [one] = findings;
    const reproduce = one === undefined ? [] : commandText(one, suite, report);
    return [{ text: [sentence, ...section.lost.map(lostText), ...reproduce].join('\n\n'), rank, label }];
  }
  if (foldedKinds.has(kind) || kind === 'fixed') {
    const summary = `<b>${kindTexts[kind].title}</b>: ${sectionSentence(section)}`;
    return [{ text: details(summary, nameList(findings)), rank: rank + 1, label }];
  }
  const detailed = findings.slice(0, detailedMax);
  const rest = findings.slice(detailed.length);
  return [
    { text: [sentence, nameList(findings)].join('\n\n'), rank, label },
    ...detailed.map((finding): Block => ({
      text: findingText(finding, suite, report),
      rank: rank + 1,
      label: `both sides of ${codeSpan(finding.test, 80)}`,
    })),
    ...(rest.length === 0
      ? []
      : [
          {
            text: `Both sides of ${plural(rest.length, 'more test')} are in the HTML report.`,
            rank: rank + 1,
            label: undefined,
          },
        ]),
  ];
}

function nameList(findings: readonly ReportFinding[]): string {
  const shown = findings.slice(0, namedMax).map(({ test }) => `- ${codeSpan(test)}`);
  const rest = findings.length - shown.length;
  return [...shown, ...(rest === 0 ? [] : [`- and ${rest} more`])].join('\n');
}

function findingText(finding: ReportFinding, suite: ReportSuite, report: ReportDocument): string {
  const side = (name: 'baseline' | 'candidate', status: string | undefined): string => {
    const said = saidBy(name, finding, suite);
    const heading = `**${name}**: ${statusText(status ?? 'missing')}`;
    return said === undefined ? heading : `${heading}\n\n${codeBlock(said)}`;
  };
  const sides = [
    asSentence(markdownText(finding.because)),
    ...(suite.baseline === undefined ? [] : [side('baseline', finding.baseline)]),
    side('candidate', finding.candidate),
    ...leadsText(finding),
    ...commandText(finding, suite, report),
  ];
  return details(htmlCode(finding.test), sides.join('\n\n'));
}

function leadsText({ leads = [] }: ReportFinding): readonly string[] {
  if (leads.length === 0) return [];
  return [
    [`**${leadTitle}**:`, '', ...leads.map((lead) => `- ${markdownText(leadText(lead), 600)}`)].join('\n'),
  ];
}

function commandText(finding: ReportFinding, suite: ReportSuite, report: ReportDocument): readonly string[] {
  const command = reproduceOf(finding, suite, report);
  return command === undefined ? [] : [`**reproduce**:\n\n${commandBlock(command)}`];
}

function lostText({ cause, modules, count }: LostGroup): string {
  const rows = modules.slice(0, namedMax).map((module) => {
    const names = module.tests
      .slice(0, namedMax)
      .map((test) => `- ${codeSpan(nameBelow(test, module), 120)}`);
    const rest = module.tests.length - names.length;
    const list = [...names, ...(rest === 0 ? [] : [`- and ${rest} more`])].join('\n');
    return details(
      `${htmlCode(module.name ?? '(no file or class)')}: ${plural(module.tests.length, 'test')}`,
      list,
    );
  });
  const rest = modules.length - rows.length;
  const more = rest === 0 ? [] : [`and ${plural(rest, 'more file or class', 'more files or classes')}`];
  if (cause === undefined) return [...rows, ...more].join('\n\n');
  const [first] = cause.places;
  const where =
    first === undefined
      ? 'the run'
      : cause.places.length === 1
        ? codeSpan(first.test)
        : plural(cause.places.length, 'place');
  const verb = cause.places.length > 1 ? 'break' : 'breaks';
  const said = `${plural(count, 'test')} lost where ${where} ${verb} in the candidate:`;
  return [said, codeBlock(causeSaid(cause)), ...rows, ...more].join('\n\n');
}
