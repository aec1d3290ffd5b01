import { sizeText } from '../../base/quantity.ts';
import { formatTable } from '../../base/table.ts';
import { inert, plural } from '../../base/text.ts';
import type { ReportDocument, ReportSuite } from '../../model/report-document.ts';
import { percent, rulesOf } from './blind-spot.ts';
import { waiveProposal, waiveText } from './commands.ts';
import { noticesOf } from './notices.ts';
import { namedPackages } from './shown-change.ts';
import {
  moodSign,
  moodStyle,
  paragraph,
  safe,
  takePen,
  type Pen,
  type TerminalOptions,
} from './terminal-pen.ts';
import { suiteLines } from './terminal-suite.ts';
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
} from './words.ts';

/** The verdict first, the next command last, and between them what led from one to the other. */
export function renderTerminal(report: ReportDocument, options: TerminalOptions): string {
  const pen = takePen(options);
  const lines = [
    ...headLines(report, pen),
    ...report.members.flatMap((member) => ['', ...memberLines(report, member, pen)]),
    ...noticeLines(report, pen),
    ...blindLines(report, pen),
    ...waiveLines(report, pen),
    ...keptLines(report, pen),
    '',
    ...paragraph(`${pen.paint('bold', 'Next:')} ${nextText(report)}`, '', pen),
  ];
  return `${lines.map((each) => each.trimEnd()).join('\n')}\n`;
}

/** A command alone can be copied as it stands; within a sentence backticks show where it begins and ends. */
function nextText(report: ReportDocument): string {
  const words = nextWords(report);
  const isAlone = words.length === 1;
  const text = words.map(({ text: word, isCode }) => (isCode && !isAlone ? `\`${word}\`` : word)).join('');
  return safe(text, sentenceCharsMax);
}

// A sentence may name several tests.
const sentenceCharsMax = 600;

function headLines(report: ReportDocument, pen: Pen): readonly string[] {
  const { verdict } = report;
  const mood = moodOf(verdict);
  const title = pen.paint('bold', pen.paint(moodStyle[mood], `${moodSign[mood]} ${verdict.kind}`));
  return [
    `${title} — ${moveOf(verdict)}`,
    ...paragraph(safe(leadOf(report), sentenceCharsMax), '  ', pen),
    `  ${pen.paint('dim', inert(originText(report)))}`,
  ];
}

type Member = ReportDocument['members'][number];

function memberLines(report: ReportDocument, member: Member, pen: Pen): readonly string[] {
  const suites = report.suites.filter(({ image }) => image === member.image);
  const { origin } = report;
  const own = ownSentence(member, report);
  const heading =
    origin.kind === 'results'
      ? [`${pen.paint('bold', safe(origin.baseline))} → ${pen.paint('bold', safe(origin.candidate))}`]
      : [
          `${pen.paint('bold', safe(member.image))}  ${safe(member.baselineReference)}`,
          `  ${digestText(member.baseline)} → ${digestText(member.candidate)}`,
        ];
  return [
    ...heading,
    ...(member.baseline === undefined ? ['  There is no baseline yet: every test counts as it is.'] : []),
    ...changeLines(suites, pen),
    ...(own === undefined ? [] : paragraph(asSentence(safe(own, sentenceCharsMax)), '  ', pen)),
    ...suites.flatMap((suite) => ['', ...suiteLines(suite, report, pen)]),
  ];
}

/** One line a platform: the suites of a platform share its images. */
function changeLines(suites: readonly ReportSuite[], pen: Pen): readonly string[] {
  const byPlatform = new Map(suites.map(({ platform, change }) => [platform, change]));
  return [...byPlatform].flatMap(([platform, change]) => {
    const text = changeText(change);
    if (text === undefined) return [];
    const lines = [
      ...paragraph(`${safe(platform, 60)}: ${inert(text)}`, '  ', pen),
      ...packageLines(change, pen),
      ...(change?.source?.link === undefined ? [] : [`    ${safe(change.source.link)}`]),
    ];
    return lines.map((each) => pen.paint('dim', each));
  });
}

function packageLines(change: ReportSuite['change'], pen: Pen): readonly string[] {
  const { named, rest } = change === undefined ? { named: [], rest: 0 } : namedPackages(change);
  if (named.length === 0) return [];
  const more = rest === 0 ? [] : [`and ${rest} more`];
  return paragraph([...named, ...more].map((each) => inert(each)).join(', '), '    ', pen);
}

/** What stands behind a verdict that was read back. */
function keptLines({ kept }: ReportDocument, pen: Pen): readonly string[] {
  if (kept === undefined) return [];
  const bytes = kept.reduce((sum, { size }) => sum + size, 0);
  const rows = kept.map(({ image, name, size }) => [sizeText(size), safe(image, 60), safe(name)]);
  return [
    '',
    pen.paint('bold', 'Stored with the candidates'),
    ...paragraph(
      `The evidence was judged again and gives this verdict, byte for byte. ${plural(kept.length, 'file')}, ${sizeText(bytes)}:`,
      '  ',
      pen,
    ),
    ...formatTable([{ align: 'right' }, {}, { shrinks: true }], rows, pen.columns - 2).map(
      (row) => `  ${row}`,
    ),
  ];
}

function noticeLines(report: ReportDocument, pen: Pen): readonly string[] {
  const notices = noticesOf(report);
  if (notices.length === 0) return [];
  return [
    '',
    pen.paint('bold', 'To know'),
    ...notices.flatMap((notice) => paragraph(asSentence(safe(notice, sentenceCharsMax)), '  ', pen)),
  ];
}

/** What is not the image's fault can be let through, by somebody who says why. */
function waiveLines(report: ReportDocument, pen: Pen): readonly string[] {
  const proposal = waiveProposal(report);
  if (proposal === undefined) return [];
  return [
    '',
    pen.paint('bold', 'To let it through'),
    ...paragraph(waiveText(proposal), '  ', pen),
    `  ${proposal.command}`,
  ];
}

function blindLines(report: ReportDocument, pen: Pen): readonly string[] {
  const rules = rulesOf(report);
  if (rules.length === 0) return [];
  return [
    '',
    pen.paint('bold', 'What this gate could not have seen'),
    ...rules.flatMap(({ rule, suites, spots }) => {
      const reruns =
        report.origin.kind === 'bundle' ? `up to ${plural(rule.confirmRuns, 'rerun')} a side` : 'no rerun';
      const who = rules.length === 1 ? '' : `${suites.map((suite) => safe(suite, 60)).join(', ')}: `;
      const [first, ...others] = spots.map(({ passes, missed }) => ({
        passes: percent(passes),
        missed: percent(missed),
      }));
      const more = others.map(({ passes, missed }) => `, ${missed} if ${passes}`).join('');
      const chance = `the chance is ${first?.missed} if it passes ${first?.passes} of the time now${more}`;
      const seen = `With ${plural(rule.screenRuns, 'screen')} and ${reruns}, a test that always passed before may get worse unseen`;
      return paragraph(`${who}${seen}: ${chance}.`, '  ', pen);
    }),
  ];
}
