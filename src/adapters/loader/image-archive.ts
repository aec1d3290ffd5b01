import { canonicalJson } from '../../base/canonical-json.ts';
import { streamOf } from '../../base/stream.ts';
import { writeTar, type TarMember } from '../../base/tar-write.ts';
import { unpack } from '../../base/unpack.ts';
import { annotationKeys } from '../../model/artifact-manifest.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestHex, digestAlgorithm, type Digest } from '../../model/digest.ts';
import { descriptorOf, type Manifest } from '../../model/manifest.ts';
import type { Repository } from '../../ports/repository.ts';
import { layersOf, type ArchivedImage, type ImageLayer } from './archived-image.ts';
import { checkedLayer, checkLayer, layerMismatch } from './checked-layer.ts';

export interface ImageArchiveOrder {
  readonly from: Repository;
  readonly image: ArchivedImage;
  /** Layers that the receiver holds. */
  readonly leaveOut: ReadonlySet<Digest>;
  /** Layers with zstd are unpacked on the way; see {@link unpackedLayer}. */
  readonly unpackZstd: boolean;
  /** Instead of the image itself, the indexes that it was chosen from, outermost first: the archive is of the first of them. */
  readonly indexes: readonly Manifest[];
  /** What containerd is to call it; undefined: the archive names nothing, so none of the person's own tags is touched. */
  readonly name: string | undefined;
}

/**
 * One archive that every receiver takes: an OCI layout (podman, containerd, docker with the containerd store) that is
 * also a docker archive (docker with its classic store). Blobs are in it as they are, compressed, and once each.
 * @throws Failure `content-mismatch` when a layer is not what manifest and config say, and whatever else reading the blobs throws; the archive then breaks off
 */
export function writeImageArchive(order: ImageArchiveOrder): AsyncIterable<Buffer> {
  return writeTar(membersOf(order));
}

async function* membersOf(order: ImageArchiveOrder): AsyncGenerator<TarMember> {
  const { image, indexes } = order;
  const { manifest } = image;
  const manifests = [...indexes, manifest];
  yield file('oci-layout', json({ imageLayoutVersion: '1.0.0' }));
  yield file('index.json', indexOf(manifests[0] ?? manifest, order.name));
  yield directory('blobs');
  const digests = [...manifests, manifest.config, ...manifest.layers].map(({ digest }) => digest);
  for (const algorithm of new Set([...digests, ...image.diffIds].map(digestAlgorithm)))
    yield directory(`blobs/${algorithm}`);
  for (const { digest, bytes } of manifests) yield file(blobPath(digest), bytes);
  yield file(blobPath(manifest.config.digest), image.config);
  yield* layerMembers(order);
  const paths = new Map(layersOf(image).map((layer) => [layer.blob.digest, pathOf(layer, order)]));
  const layerPaths = manifest.layers.map(({ digest }) => paths.get(digest) ?? blobPath(digest));
  // What docker's classic store goes by.
  yield file(
    'manifest.json',
    json([{ Config: blobPath(manifest.config.digest), RepoTags: null, Layers: layerPaths }]),
  );
}

async function* layerMembers(order: ImageArchiveOrder): AsyncGenerator<TarMember> {
  const { from, image, leaveOut } = order;
  const written = new Set<string>();
  for (const layer of layersOf(image)) {
    const path = pathOf(layer, order);
    if (leaveOut.has(layer.blob.digest) || written.has(path)) continue;
    written.add(path);
    const { blob, diffId } = layer;
    yield isUnpacked(layer, order)
      ? await unpackedLayer(from, blob, diffId)
      : { ...head(path), kind: 'file', size: blob.size, content: checkedLayer(from, blob, diffId) };
  }
}

function indexOf(manifest: Manifest, name: string | undefined): Uint8Array {
  const { mediaType, digest, size } = descriptorOf(manifest);
  const entry = { mediaType, digest, size };
  if (name === undefined) return json({ schemaVersion: 2, manifests: [entry] });
  const annotations = { [annotationKeys.containerdName]: name, [annotationKeys.refName]: name };
  return json({ schemaVersion: 2, manifests: [{ ...entry, annotations }] });
}

function pathOf(layer: ImageLayer, order: ImageArchiveOrder): string {
  return blobPath(isUnpacked(layer, order) ? layer.diffId : layer.blob.digest);
}

function isUnpacked({ blob }: ImageLayer, { unpackZstd }: ImageArchiveOrder): boolean {
  return unpackZstd && blob.mediaType.endsWith('zstd');
}

/** The layer as a plain tar. An archive says the size first, so it is unpacked twice: once to measure and check it. */
async function unpackedLayer(from: Repository, layer: Descriptor, diffId: Digest): Promise<TarMember> {
  const size = await checkLayer(from, layer, diffId);
  const content = unpack(from.blob(layer), (why) => layerMismatch(layer, diffId, why));
  return { ...head(blobPath(diffId)), kind: 'file', size, content };
}

function head(name: string): Pick<TarMember, 'name' | 'mode' | 'uid' | 'gid' | 'mtime'> {
  return { name, mode: 0o644, uid: 0, gid: 0, mtime: 0 };
}

function directory(name: string): TarMember {
  return { ...head(name), mode: 0o755, kind: 'directory' };
}

function file(name: string, bytes: Uint8Array): TarMember {
  return { ...head(name), kind: 'file', size: bytes.length, content: streamOf([bytes]) };
}

function json(document: Parameters<typeof canonicalJson>[0]): Uint8Array {
  return Buffer.from(canonicalJson(document));
}

function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}
