import { canonicalJson } from '../base/canonical-json.ts';
import { Failure } from '../base/failure.ts';
import { shortDigest, type Digest } from '../model/digest.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { parseEvidence } from '../model/evidence-document.ts';
import type { Evidence } from '../model/evidence.ts';
import type { RecordedMember } from '../model/gate-record.ts';
import type { ImageManifest } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import {
  formatVerdictDocument,
  parseVerdictDocument,
  type VerdictDocument,
} from '../model/verdict-document.ts';
import { layerDescriptor, readArtifactLayer } from '../ports/artifact.ts';
import type { Repository } from '../ports/repository.ts';
import { checkAdmissible } from '../stages/judge/admissible.ts';
import { judgeRecord } from '../stages/judge/judge-record.ts';
import { checkReports } from './check-reports.ts';
import { verdictFiles } from './verdict-files.ts';
import { createdAtOf, newestOf, verdictsOf } from './verdicts.ts';

/** A verdict that was read from a bundle, judged again from the evidence beside it, and found to be the same. */
export interface StoredVerdict {
  /** As it was stored. */
  readonly bytes: Uint8Array;
  /** With the verdict that was reached now: the same, and with the findings that are not stored. */
  readonly document: VerdictDocument;
  /** Of all members, in the order in which it is stored. */
  readonly evidences: readonly Evidence[];
  /** One for each member. */
  readonly artifacts: readonly ImageManifest[];
}

/**
 * The last word on any of the candidates counts for the set: a later verdict on one of them alone is not passed over.
 * Undefined: there is none. The verdict, and all that is said beside it, has to follow from the evidence.
 * @throws Failure `verdict-missing` (its evidence is not in the bundle), `verdict-differs`, `content-*`
 */
export async function readVerdict(
  repository: Repository,
  { members }: Pick<Bundle, 'members'>,
): Promise<StoredVerdict | undefined> {
  const verdicts = await verdictsOf(repository, members);
  const newest = newestOf(verdicts);
  if (newest === undefined) return undefined;
  const bytes = await readArtifactLayer(repository, newest, mediaTypes.verdict);
  const stored = parseVerdictDocument(bytes);
  const digest = verdictLayer(newest);
  const artifacts = stored.record.members.map((member) => artifactOf(member, verdicts, digest));
  const evidences: Evidence[] = [];
  for (const artifact of artifacts) {
    for (const layer of artifact.layers) {
      if (layer.mediaType === mediaTypes.evidence)
        evidences.push(await parseEvidence(repository.blob(layer)));
    }
  }
  const document = judgeAgain(stored, evidences);
  checkSame(bytes, document);
  for (const [index, member] of stored.record.members.entries()) {
    const artifact = artifacts[index];
    if (artifact === undefined) continue;
    checkTime(artifact, document);
    checkFiles(artifact, document, member, evidences);
    const own = evidences.filter(({ image }) => image === member.image);
    await checkBytes(repository, artifact);
    await checkReports(repository, artifact, own);
  }
  return { bytes, document, evidences, artifacts };
}

/** The same evidence gives the same verdict, on any machine. @throws Failure `content-refused` */
export function judgeAgain({ record }: VerdictDocument, evidences: readonly Evidence[]): VerdictDocument {
  checkAdmissible(record, evidences);
  return { schemaVersion: 1, record, setVerdict: judgeRecord(record, evidences) };
}

function artifactOf(
  { image, candidate }: RecordedMember,
  verdicts: readonly ImageManifest[],
  digest: Digest | undefined,
): ImageManifest {
  const found = verdicts.find((each) => each.subject?.digest === candidate && verdictLayer(each) === digest);
  if (found !== undefined) return found;
  throw new Failure(
    'verdict-missing',
    `the verdict is on ${image} too, but no evidence of ${candidate} lies beside it`,
    {
      hint: 'Run `lockkeeper gate` on this bundle.',
    },
  );
}

function verdictLayer({ layers }: ImageManifest): Digest | undefined {
  return layers.find(({ mediaType }) => mediaType === mediaTypes.verdict)?.digest;
}

function checkSame(bytes: Uint8Array, document: VerdictDocument): void {
  if (Buffer.compare(bytes, formatVerdictDocument(document)) === 0) return;
  const { verdict } = document.setVerdict;
  const { verdict: stored } = parseVerdictDocument(bytes).setVerdict;
  const said =
    stored.kind === verdict.kind
      ? `both are "${verdict.kind}", but not for the same reasons`
      : `stored is "${stored.kind}", the evidence gives "${verdict.kind}"`;
  throw differs(`the verdict in the bundle is not the one that its evidence gives: ${said}`, document);
}

/** The newest verdict counts: one that was made younger afterwards would be put before those that followed it. */
function checkTime(artifact: ImageManifest, document: VerdictDocument): void {
  const { createdAt } = document.record;
  if (createdAtOf(artifact) === createdAt) return;
  throw differs(
    `the verdict is of ${createdAt}, and is stored as one of ${createdAtOf(artifact) || 'no time'}`,
    document,
  );
}

/** Others read the statements and not the evidence; so they must say what it says, each of them and no more. */
function checkFiles(
  artifact: ImageManifest,
  document: VerdictDocument,
  member: RecordedMember,
  evidences: readonly Evidence[],
): void {
  const wanted = verdictFiles(document, member, evidences).map(layerDescriptor);
  const held = artifact.layers.filter(({ mediaType }) => mediaType !== mediaTypes.reports);
  const of = ({ mediaType, digest, annotations = {} }: Descriptor): string =>
    `${mediaType} ${digest} ${canonicalJson({ ...annotations })}`;
  const [expected, found] = [wanted.map(of).toSorted(), held.map(of).toSorted()];
  const other =
    found.find((each) => !expected.includes(each)) ?? expected.find((each) => !found.includes(each));
  if (other === undefined && expected.length === found.length) return;
  throw differs(
    `what is stored with ${member.image} (${shortDigest(artifact.digest)}) does not follow from its evidence: ${other ?? 'a file is there twice'}`,
    document,
  );
}

/** The statements are not read here, but by others: their bytes must be those that they are called by. */
async function checkBytes(repository: Repository, { layers }: ImageManifest): Promise<void> {
  for (const layer of layers) {
    if (layer.mediaType !== mediaTypes.statement) continue;
    // Digest and size are checked by reading to the end.
    for await (const piece of repository.blob(layer)) void piece;
  }
}

function differs(why: string, { record }: VerdictDocument): Failure {
  return new Failure('verdict-differs', why, {
    hint: `It was changed after the gate, or another version judges otherwise (this one was made by ${record.madeBy}). Run \`lockkeeper gate\` on this bundle again.`,
  });
}
