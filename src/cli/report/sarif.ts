import { digestHex, digestOf } from '../../model/digest.ts';
import type { FindingKind } from '../../model/finding.ts';
import type { ReportDocument, ReportFinding, ReportSuite } from '../../model/report-document.ts';
import { isInRepository } from './github.ts';
import { kindTexts, weightOf } from './kinds.ts';
import { reportLimits } from './report-limits.ts';
import { asSentence, leadOf, line, moodOf, moveOf, testText } from './words.ts';

/**
 * SARIF 2.1.0 (OASIS) for code-scanning dashboards: what is new in the candidate and blocks it, and nothing else. What
 * failed before fails still, and is no finding of this change. A verdict that does not promote is a result of its own, so
 * that a hold is never shown as a clean scan.
 */
export function renderSarif(report: ReportDocument): string {
  const findings = report.suites.flatMap((suite) =>
    suite.findings
      .filter((finding) => isNew(finding, suite))
      .slice(0, reportLimits.sarifResultsMax)
      .map((finding) => findingResult(finding, suite)),
  );
  const results = [...verdictResults(report), ...findings];
  const ids = [...new Set(results.map(({ ruleId }) => ruleId))];
  const document = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Lockkeeper',
            semanticVersion: report.madeBy.replace(/^\D*/, '') || '0.0.0',
            informationUri: 'https://lockkeeper.dev',
            rules: ids.map((id) => ({ id, name: id, shortDescription: { text: ruleText(id) } })),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            exitCode: report.exit,
            exitCodeDescription: report.verdict.kind,
            startTimeUtc: report.createdAt,
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: results.map((result) => ({ ...result, ruleIndex: ids.indexOf(result.ruleId) })),
      },
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

interface Result {
  readonly ruleId: FindingKind | 'verdict';
  readonly level: 'error' | 'warning';
  readonly kind: 'fail';
  readonly baselineState: 'new';
  readonly message: { readonly text: string };
  readonly locations: readonly object[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

function isNew({ kind, waived }: ReportFinding, { rule }: ReportSuite): boolean {
  return waived === undefined && weightOf(kind, rule) !== 'shown';
}

function verdictResults(report: ReportDocument): readonly Result[] {
  const { verdict } = report;
  if (moodOf(verdict) === 'promote') return [];
  const text = `${verdict.kind} — ${moveOf(verdict)}. ${leadOf(report)} Next: ${verdict.next}`;
  const images = report.members.map(({ image }) => image).join('\n');
  return [result('verdict', 'error', text, undefined, ['verdict', images])];
}

function findingResult(finding: ReportFinding, { image, suite, platform, rule }: ReportSuite): Result {
  const { kind, test, because, file } = finding;
  const said = finding.candidateDetail ?? finding.candidateLog;
  const place = `${line(suite, 60)} on ${line(image, 60)}, ${line(platform, 40)}`;
  const text = [
    `${testText(test)} (${place}): ${asSentence(because)}`,
    ...(said === undefined ? [] : [line(said)]),
  ].join('\n');
  const level = weightOf(kind, rule) === 'rejects' ? 'error' : 'warning';
  return result(kind, level, text, file, [image, suite, platform, test]);
}

/** Dashboards show only results that lie in a file; without one they lie in the file that asked for the gate. */
function result(
  ruleId: Result['ruleId'],
  level: Result['level'],
  text: string,
  file: string | undefined,
  identity: readonly string[],
): Result {
  const uri = file !== undefined && isInRepository(file) ? file : 'lockkeeper.yaml';
  return {
    ruleId,
    level,
    kind: 'fail',
    baselineState: 'new',
    message: { text },
    locations: [
      { physicalLocation: { artifactLocation: { uri: encodeURI(uri) }, region: { startLine: 1 } } },
    ],
    partialFingerprints: { 'lockkeeper/v1': digestHex(digestOf(`${ruleId}\n${identity.join('\n')}`)) },
  };
}

function ruleText(id: Result['ruleId']): string {
  return id === 'verdict' ? 'The gate does not let the candidate be promoted' : kindTexts[id].title;
}
