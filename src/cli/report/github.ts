import { inert, visible } from '../../base/text.ts';
import { kindTexts, weightOf } from './kinds.ts';
import type { ReportDocument, ReportFinding } from '../../model/report-document.ts';
import { reportLimits } from './report-limits.ts';
import { asSentence, leadOf, line, moodOf, moveOf, testText } from './words.ts';

type Level = 'error' | 'warning' | 'notice';

/**
 * Annotations for a job of GitHub Actions, as workflow commands (docs.github.com, "Workflow commands"). A step shows ten
 * of each level, so the verdict is the first and the findings that matter most come after it; what is left out stands in
 * the summary. Foreign text can neither end a command nor begin another one.
 */
export function githubAnnotations(report: ReportDocument): string {
  const left: Record<Level, number> = {
    error: reportLimits.annotationsMax,
    warning: reportLimits.annotationsMax,
    notice: reportLimits.annotationsMax,
  };
  const lines: string[] = [];
  const add = (level: Level, title: string, text: string, file?: string): void => {
    if (left[level] === 0) return;
    left[level] -= 1;
    lines.push(command(level, title, text, file));
  };
  const { verdict } = report;
  const mood = moodOf(verdict);
  // A hold is no success either: its step fails, and so does its annotation.
  add(
    mood === 'promote' ? 'notice' : 'error',
    `${verdict.kind} — ${moveOf(verdict)}`,
    `${leadOf(report)} Next: ${verdict.next}`,
  );
  for (const { level, suite, finding } of tellable(report)) {
    const { title } = kindTexts[finding.kind];
    const where = report.origin.kind === 'results' ? '' : ` (${suite})`;
    const said = finding.candidateDetail ?? finding.candidateLog ?? '';
    add(
      level,
      `${title}: ${testText(finding.test, 120)}${where}`,
      `${asSentence(finding.because)}\n${said}`,
      finding.file,
    );
  }
  for (const notice of report.notices) add('warning', 'Lockkeeper', notice);
  return lines.map((each) => `${each}\n`).join('');
}

/** What rejects before what holds, over all suites. */
function tellable(
  report: ReportDocument,
): readonly { readonly level: Level; readonly suite: string; readonly finding: ReportFinding }[] {
  const all = report.suites.flatMap(({ suite, rule, findings }) =>
    findings
      .filter(({ waived }) => waived === undefined)
      .map((finding) => ({ weight: weightOf(finding.kind, rule), suite, finding })),
  );
  return [
    ...all.filter(({ weight }) => weight === 'rejects').map((each) => ({ ...each, level: 'error' as const })),
    ...all.filter(({ weight }) => weight === 'holds').map((each) => ({ ...each, level: 'warning' as const })),
  ];
}

function command(level: Level, title: string, text: string, file: string | undefined): string {
  const properties = [
    ...(file !== undefined && isInRepository(file) ? [`file=${property(file)}`] : []),
    `title=${property(inert(line(title)))}`,
  ];
  const body = inert(visible(text.trim().slice(0, reportLimits.excerptCharsMax)));
  return `::${level} ${properties.join(',')}::${data(body)}`;
}

/** A name that a report gives may be a path on the machine that ran the test. */
export function isInRepository(file: string): boolean {
  return /^[\w][\w ./@+-]*$/.test(file) && file.includes('.') && !file.split('/').includes('..');
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
