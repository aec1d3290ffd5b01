import type { Digest } from '../model/digest.ts';
import type { Evidence } from '../model/evidence.ts';
import type { GateReport } from '../model/gate-report.ts';
import { descriptorOf } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import { formatVerdictDocument } from '../model/verdict-document.ts';
import { attachArtifact, type ArtifactLayer } from '../ports/artifact.ts';
import type { Layout } from '../ports/layout.ts';
import { evidenceBytes } from './evidence-bytes.ts';
import { timeAfter, verdictsOf } from './verdicts.ts';

export interface RecordOrder {
  readonly layout: Layout;
  readonly report: GateReport;
  /** Digest of the configuration that the verdict was made under. */
  readonly policy: Digest;
  /** Raw report files of the trials. */
  readonly reports: ReadonlyMap<Digest, Uint8Array>;
}

/**
 * Writes, for each candidate that was judged, one artifact with the candidate as its subject: the verdict on the whole set,
 * the evidence of this candidate, and the raw reports that the evidence names.
 */
export async function recordVerdict({ layout, report, policy, reports }: RecordOrder): Promise<void> {
  const { verdict, units } = report;
  const earlier = await verdictsOf(
    layout,
    verdict.members.map(({ candidate }) => ({ digest: candidate })),
  );
  const createdAt = timeAfter(earlier, report.createdAt);
  const document = formatVerdictDocument({ schemaVersion: 1, createdAt, policy, setVerdict: verdict });
  for (const member of verdict.members) {
    const evidences = units.map(({ evidence }) => evidence).filter(({ image }) => image === member.image);
    const layers: readonly ArtifactLayer[] = [
      { mediaType: mediaTypes.verdict, bytes: document, title: 'verdict.json' },
      ...evidences.map((evidence) => evidenceLayer(evidence)),
      ...evidences.flatMap((evidence) => reportLayers(evidence, reports)),
    ];
    const subject = descriptorOf(await layout.manifest(member.candidate));
    await attachArtifact(layout, { subject, artifactType: mediaTypes.verdict, layers, createdAt });
  }
}

function evidenceLayer(evidence: Evidence): ArtifactLayer {
  const title = `${titleOf(evidence)}/evidence.json`;
  return { mediaType: mediaTypes.evidence, bytes: evidenceBytes(evidence), title };
}

/** A file that several trials left alike is one blob, listed under its first name. */
function reportLayers(
  evidence: Evidence,
  reports: ReadonlyMap<Digest, Uint8Array>,
): readonly ArtifactLayer[] {
  const seen = new Set<Digest>();
  return evidence.trials.flatMap((trial) =>
    trial.reports.flatMap(({ digest, path }) => {
      const bytes = reports.get(digest);
      if (bytes === undefined || seen.has(digest)) return [];
      seen.add(digest);
      const title = `${titleOf(evidence)}/${trial.step}-${trial.round}-${trial.side}/${path}`;
      return [{ mediaType: mediaTypes.report, bytes, title }];
    }),
  );
}

function titleOf({ suite, platform }: Evidence): string {
  return `${suite}/${platform.replaceAll('/', '-')}`;
}
