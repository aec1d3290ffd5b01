import { annotationKeys } from '../model/artifact-manifest.ts';
import { digestOf } from '../model/digest.ts';
import { formatEvidence } from '../model/evidence-document.ts';
import type { Evidence } from '../model/evidence.ts';
import type { RecordedMember } from '../model/gate-record.ts';
import { imageComparison } from '../model/image-comparison.ts';
import { mediaTypes } from '../model/media-type.ts';
import { digestSet, formatStatement, type Resource, type Statement } from '../model/statement.ts';
import { testResult } from '../model/test-result.ts';
import { formatVerdictDocument, type VerdictDocument } from '../model/verdict-document.ts';
import { verificationSummary } from '../model/verification-summary.ts';
import type { ArtifactLayer } from '../ports/artifact.ts';

/**
 * All that is stored with one candidate of a set, but for the raw reports: the verdict, the evidence of its suites, and
 * statements for others to read. Pure: who holds verdict and evidence can say what must lie there.
 */
export function verdictFiles(
  document: VerdictDocument,
  member: RecordedMember,
  evidences: readonly Evidence[],
): readonly ArtifactLayer[] {
  const verdict: ArtifactLayer = {
    mediaType: mediaTypes.verdict,
    bytes: formatVerdictDocument(document),
    title: 'verdict.json',
  };
  const units = evidences
    .filter(({ image }) => image === member.image)
    .map((evidence) => unitFiles(document, evidence, resourceOf(verdict)));
  const statements = units.flatMap((unit) => unit.statements);
  const summary = verificationSummary({
    record: document.record,
    member,
    setVerdict: document.setVerdict,
    inputs: statements.map(resourceOf),
  });
  return [
    verdict,
    ...units.flatMap((unit) => [unit.evidence, ...unit.statements]),
    statementFile(summary, 'verification-summary.json'),
  ];
}

interface UnitFiles {
  readonly evidence: ArtifactLayer;
  readonly statements: readonly ArtifactLayer[];
}

function unitFiles(document: VerdictDocument, evidence: Evidence, record: Resource): UnitFiles {
  const folder = folderOf(evidence);
  const file: ArtifactLayer = {
    mediaType: mediaTypes.evidence,
    bytes: formatEvidence(evidence),
    title: `${folder}/evidence.jsonl`,
  };
  const stored = resourceOf(file);
  const verdict = document.setVerdict.members
    .flatMap(({ suites }) => suites)
    .find(
      ({ image, suite, platform }) =>
        image === evidence.image && suite === evidence.suite && platform === evidence.platform,
    );
  const results = (['baseline', 'candidate'] as const).flatMap((side) => {
    const statement = testResult({ evidence, side, stored });
    return statement === undefined ? [] : [statementFile(statement, `${folder}/${side}-test-result.json`)];
  });
  if (verdict === undefined) return { evidence: file, statements: results };
  const comparison = imageComparison({ document, evidence, verdict, record, stored });
  return { evidence: file, statements: [...results, statementFile(comparison, `${folder}/comparison.json`)] };
}

/** Where the files of one suite on one platform lie when somebody unpacks the artifact. */
export function folderOf({ suite, platform }: Pick<Evidence, 'suite' | 'platform'>): string {
  return `${suite}/${platform.replaceAll('/', '-')}`;
}

export function statementFile(statement: Statement, title: string): ArtifactLayer {
  return {
    mediaType: mediaTypes.statement,
    bytes: formatStatement(statement),
    title,
    annotations: { [annotationKeys.predicateType]: statement.predicateType },
  };
}

export function resourceOf({ mediaType, bytes, title }: ArtifactLayer): Resource {
  return { name: title ?? mediaType, digest: digestSet(digestOf(bytes)), mediaType };
}
