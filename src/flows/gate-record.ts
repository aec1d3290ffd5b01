import { streamOf } from '../base/stream.ts';
import { writeTar, type TarMember } from '../base/tar-write.ts';
import { digestHex, type Digest } from '../model/digest.ts';
import type { Evidence } from '../model/evidence.ts';
import type { GateRecord } from '../model/gate-record.ts';
import { descriptorOf } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import type { SetVerdict } from '../model/verdict.ts';
import { attachArtifact, type ArtifactLayer } from '../ports/artifact.ts';
import type { Layout } from '../ports/layout.ts';
import { folderOf, verdictFiles } from './verdict-files.ts';
import { timeAfter, verdictsOf } from './verdicts.ts';

export interface RecordOrder {
  readonly layout: Layout;
  readonly record: GateRecord;
  readonly setVerdict: SetVerdict;
  readonly evidences: readonly Evidence[];
  /** Raw report files of the trials. */
  readonly reports: ReadonlyMap<Digest, Uint8Array>;
}

/**
 * Writes, for each candidate that was judged, one artifact with the candidate as its subject: the verdict on the whole set,
 * the evidence of this candidate and statements of both, and the raw reports that the evidence names.
 */
export async function recordVerdict(order: RecordOrder): Promise<void> {
  const { layout, record, setVerdict, evidences, reports } = order;
  const earlier = await verdictsOf(
    layout,
    record.members.map(({ candidate }) => ({ digest: candidate })),
  );
  const createdAt = timeAfter(earlier, record.createdAt);
  const document = { schemaVersion: 1, record: { ...record, createdAt }, setVerdict } as const;
  for (const member of record.members) {
    const own = evidences.filter(({ image }) => image === member.image);
    const archives = await Promise.all(own.map((evidence) => reportsFile(evidence, reports)));
    const layers = [...verdictFiles(document, member, own), ...archives.flat()];
    const subject = descriptorOf(await layout.manifest(member.candidate));
    await attachArtifact(layout, { subject, artifactType: mediaTypes.verdict, layers, createdAt });
  }
}

/**
 * The raw reports of one suite in one archive, for a suite may write thousands of them in each run. Each is named by its
 * content, which the evidence gives a path to: names that a container chose are unpacked nowhere.
 */
async function reportsFile(
  evidence: Evidence,
  reports: ReadonlyMap<Digest, Uint8Array>,
): Promise<readonly ArtifactLayer[]> {
  const named = new Set(evidence.trials.flatMap((trial) => trial.reports.map(({ digest }) => digest)));
  const members = [...named].flatMap((digest): TarMember[] => {
    const bytes = reports.get(digest);
    if (bytes === undefined) return [];
    const head = { name: digestHex(digest), mode: 0o644, uid: 0, gid: 0, mtime: 0 };
    return [{ ...head, kind: 'file', size: bytes.length, content: streamOf([bytes]) }];
  });
  if (members.length === 0) return [];
  const bytes = Buffer.concat(await Array.fromAsync(writeTar(members)));
  return [{ mediaType: mediaTypes.reports, bytes, title: `${folderOf(evidence)}/reports.tar` }];
}
