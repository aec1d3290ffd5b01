import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { collectBytes, streamOf } from '../base/stream.ts';
import {
  annotationKeys,
  artifactManifest,
  emptyConfig,
  emptyConfigDescriptor,
} from '../model/artifact-manifest.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { digestOf, type Digest } from '../model/digest.ts';
import type { ImageManifest } from '../model/manifest.ts';
import type { Repository } from './repository.ts';

/** One file of an artifact. */
export interface ArtifactLayer {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** `org.opencontainers.image.title`: its name when somebody unpacks the artifact. */
  readonly title?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ArtifactOrder {
  /** The image that it is about; need not be in the same repository. */
  readonly subject: Descriptor;
  readonly artifactType: string;
  readonly layers: readonly ArtifactLayer[];
  /** Files that lie somewhere already; they come after the others. */
  readonly copied?: { readonly from: Repository; readonly layers: readonly Descriptor[] };
  readonly annotations?: Readonly<Record<string, string>>;
  /** ISO 8601, UTC. Of several artifacts of one type the newest counts. */
  readonly createdAt: string;
}

/**
 * Stores files as an OCI artifact whose `subject` is an image: blobs first, then the manifest. Equal orders give the same
 * artifact. @throws Failure whatever storing throws
 */
export async function attachArtifact(repository: Repository, order: ArtifactOrder): Promise<ImageManifest> {
  const layers: Descriptor[] = [];
  for (const layer of order.layers) {
    const descriptor = layerDescriptor(layer);
    await repository.putBlob(descriptor, () => streamOf([layer.bytes]));
    layers.push(descriptor);
  }
  const { from, layers: copied } = order.copied ?? { from: repository, layers: [] };
  for (const layer of copied) {
    await repository.putBlob(layer, () => from.blob(layer));
    layers.push(layer);
  }
  await repository.putBlob(emptyConfigDescriptor, () => streamOf([emptyConfig]));
  const manifest = artifactManifest({
    subject: order.subject,
    artifactType: order.artifactType,
    layers,
    annotations: { ...order.annotations, [annotationKeys.created]: order.createdAt },
  });
  await repository.putManifest(manifest);
  return manifest;
}

/**
 * Artifacts of this type that say of themselves that they are about `subject`, newest first. What a list claims counts for
 * nothing until the manifest says it too.
 * @throws Failure whatever reading throws
 */
export async function findArtifacts(
  repository: Repository,
  subject: Digest,
  artifactType: string,
): Promise<readonly ImageManifest[]> {
  const found: ImageManifest[] = [];
  for (const { digest } of await repository.referrers(subject)) {
    const manifest = await repository.manifest(digest);
    if (manifest.kind !== 'manifest' || manifest.subject?.digest !== subject) continue;
    if (manifest.artifactType === artifactType) found.push(manifest);
  }
  return found.toSorted(newestFirst);
}

/** All bytes of the first layer of this type. @throws Failure `content-refused` (absent or too large), and whatever reading throws */
export async function readArtifactLayer(
  repository: Repository,
  artifact: ImageManifest,
  mediaType: string,
): Promise<Uint8Array> {
  const layer = artifact.layers.find((each) => each.mediaType === mediaType);
  if (layer === undefined)
    throw new Failure('content-refused', `artifact ${artifact.digest} holds no ${mediaType}`);
  const tooLarge = (): never => {
    throw new Failure(
      'content-refused',
      `${mediaType} in artifact ${artifact.digest} is larger than ${limits.reportBytesMax} bytes`,
    );
  };
  if (layer.size > limits.reportBytesMax) tooLarge();
  return collectBytes(repository.blob(layer), limits.reportBytesMax, tooLarge);
}

/** How a file stands in its artifact. */
export function layerDescriptor({ mediaType, bytes, title, annotations }: ArtifactLayer): Descriptor {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  const all = { ...annotations, ...(title === undefined ? {} : { [annotationKeys.title]: title }) };
  return Object.keys(all).length === 0 ? descriptor : { ...descriptor, annotations: all };
}

/** ISO 8601 in UTC sorts as text; the digest decides between artifacts of one instant, so that all readers agree. */
function newestFirst(left: ImageManifest, right: ImageManifest): number {
  const [older, newer] = [right, left].map(
    ({ annotations, digest }) => `${annotations[annotationKeys.created] ?? ''} ${digest}`,
  );
  return (older ?? '') < (newer ?? '') ? -1 : 1;
}
