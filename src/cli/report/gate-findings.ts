import type { ReportDocument, ReportFinding, ReportSuite } from '../../model/report-document.ts';
import { reproduceOf } from './commands.ts';
import { kindTexts, weightOf, type Weight } from './kinds.ts';
import type { PlacedFinding } from './placed-finding.ts';
import { asSentence, leadOf, line, moodOf, moveOf, placeOf, testText } from './words.ts';

/** The verdict as a finding. A hold is no success either: its step fails, and so does its annotation. */
export function verdictFinding(report: ReportDocument): PlacedFinding {
  const { verdict, members } = report;
  return {
    rule: 'verdict',
    severity: moodOf(verdict) === 'promote' ? 'notice' : 'error',
    title: `${verdict.kind} — ${moveOf(verdict)}`,
    message: `${leadOf(report)} Next: ${verdict.next}`,
    place: undefined,
    identity: members.map(({ image }) => image),
  };
}

/** What is new in the candidate and blocks it, over all suites; what rejects before what holds. */
export function blockingFindings(report: ReportDocument): readonly PlacedFinding[] {
  const all = report.suites.flatMap((suite) =>
    suite.findings
      .filter(({ waived }) => waived === undefined)
      .map((finding) => ({ weight: weightOf(finding.kind, suite.rule), suite, finding })),
  );
  const told = (wanted: Weight, severity: 'error' | 'warning'): readonly PlacedFinding[] =>
    all
      .filter(({ weight }) => weight === wanted)
      .map(({ suite, finding }) => blockingFinding(finding, severity, [suite, report]));
  return [...told('rejects', 'error'), ...told('holds', 'warning')];
}

function blockingFinding(
  finding: ReportFinding,
  severity: 'error' | 'warning',
  [suite, report]: readonly [ReportSuite, ReportDocument],
): PlacedFinding {
  const { kind, test, because, file, candidateDetail, candidateLog } = finding;
  const place = placeOf(suite, report);
  const command = reproduceOf(finding, suite, report);
  const said = [
    asSentence(because),
    command === undefined ? '' : `Reproduce: ${command}`,
    candidateDetail ?? candidateLog ?? '',
  ];
  const where = place === undefined ? '' : ` (${line(suite.suite, 60)} on ${place})`;
  return {
    rule: kind,
    severity,
    title: `${kindTexts[kind].title}: ${testText(test, 120)}${where}`,
    message: said.filter((part) => part !== '').join('\n'),
    place: file !== undefined && isInRepository(file) ? { file } : undefined,
    identity: [suite.image, suite.suite, suite.platform, test],
  };
}

/** A name that a report gives may be a path on the machine that ran the test. */
function isInRepository(file: string): boolean {
  return /^[\w][\w ./@+-]*$/.test(file) && file.includes('.') && !file.split('/').includes('..');
}
