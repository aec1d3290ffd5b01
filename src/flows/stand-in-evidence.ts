import { invariant } from '../base/invariant.ts';
import { annotationKeys } from '../model/artifact-manifest.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { imageEquivalence } from '../model/image-equivalence.ts';
import { descriptorOf, type ImageManifest } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import { digestSet, type Resource } from '../model/statement.ts';
import { verificationSummary } from '../model/verification-summary.ts';
import { attachArtifact } from '../ports/artifact.ts';
import type { Layout } from '../ports/layout.ts';
import type { ProvenStandIn } from '../stages/promote/stand-in.ts';
import type { StoredVerdict } from './read-verdict.ts';
import { resourceOf, statementFile } from './verdict-files.ts';

export interface StandInEvidence {
  readonly standIns: readonly ProvenStandIn[];
  /** Where the tested images lie, and the verdict on them. */
  readonly tested: Layout;
  readonly stored: StoredVerdict;
  readonly rebuilt: Layout;
  /** Program and version. */
  readonly comparedBy: string;
}

/**
 * Keeps with each rebuild why it may stand in for what was tested: the proof, a summary for others to read, and all that
 * the verdict on the tested image stands on. It says the same each time, so that a second run stores nothing new.
 */
export async function keepStandIns(order: StandInEvidence): Promise<void> {
  for (const standIn of order.standIns) await keep(standIn, order);
}

async function keep(
  standIn: ProvenStandIn,
  { tested, stored, rebuilt, comparedBy }: StandInEvidence,
): Promise<void> {
  const { document, artifacts } = stored;
  const artifact = artifacts.find(({ subject }) => subject?.digest === standIn.tested);
  const member = document.record.members.find(({ image }) => image === standIn.image);
  invariant(artifact !== undefined && member !== undefined, 'what a rebuild stands in for was judged');
  const record = artifact.layers.find(({ mediaType }) => mediaType === mediaTypes.verdict);
  invariant(record !== undefined, 'an artifact of a verdict holds the verdict');
  const equivalence = statementFile(
    imageEquivalence({ standIn, document, record: resourceAt(record), comparedBy }),
    'image-equivalence.json',
  );
  const summary = verificationSummary({
    record: document.record,
    member: { ...member, candidate: standIn.rebuilt },
    setVerdict: document.setVerdict,
    inputs: [resourceOf(equivalence), ...statementsOf(artifact).map(resourceAt)],
  });
  await attachArtifact(rebuilt, {
    subject: descriptorOf(await rebuilt.manifest(standIn.rebuilt)),
    artifactType: mediaTypes.equivalence,
    layers: [equivalence, statementFile(summary, 'verification-summary.json')],
    copied: { from: tested, layers: artifact.layers.map(asTested) },
    createdAt: document.record.createdAt,
  });
}

function statementsOf({ layers }: ImageManifest): readonly Descriptor[] {
  return layers.filter(({ mediaType }) => mediaType === mediaTypes.statement);
}

function resourceAt({ mediaType, digest, annotations = {} }: Descriptor): Resource {
  return { name: annotations[annotationKeys.title] ?? mediaType, digest: digestSet(digest), mediaType };
}

/** In a folder of their own, where somebody unpacks the artifact: these speak of another image. */
function asTested(layer: Descriptor): Descriptor {
  const title = layer.annotations?.[annotationKeys.title];
  if (title === undefined) return layer;
  return { ...layer, annotations: { ...layer.annotations, [annotationKeys.title]: `tested/${title}` } };
}
