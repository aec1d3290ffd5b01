import { pipeline, Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { canonicalJson } from '../../base/canonical-json.ts';
import { invariant } from '../../base/invariant.ts';
import { streamOf } from '../../base/stream.ts';
import { writeTar, type TarMember } from '../../base/tar-write.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestHex, digestAlgorithm, type Digest } from '../../model/digest.ts';
import { majorVersion, type Engine } from '../../model/engine.ts';
import type { ImageManifest } from '../../model/manifest.ts';
import type { Repository } from '../../ports/repository.ts';
import { checkedLayer, checkLayer } from './checked-layer.ts';

/** An image whose config has been read and fits its manifest. */
export interface ArchivedImage {
  readonly manifest: ImageManifest;
  readonly config: Uint8Array;
  /** One for each layer of the manifest. */
  readonly diffIds: readonly Digest[];
}

/**
 * One archive that every engine takes: an OCI layout (podman, docker with the containerd store) that is also a docker
 * archive (docker with its classic store). Blobs are in it as they are, compressed, and once each. It names no tag, so
 * none of the person's own is touched.
 * @throws Failure `content-mismatch` when a layer is not what manifest and config say, and whatever else reading the blobs throws; the archive then breaks off
 */
export function writeImageArchive(
  from: Repository,
  image: ArchivedImage,
  engine: Engine,
): AsyncIterable<Buffer> {
  return writeTar(membersOf(from, image, engine));
}

async function* membersOf(from: Repository, image: ArchivedImage, engine: Engine): AsyncGenerator<TarMember> {
  const { manifest } = image;
  yield file('oci-layout', json({ imageLayoutVersion: '1.0.0' }));
  const { mediaType, digest, bytes } = manifest;
  yield file(
    'index.json',
    json({ schemaVersion: 2, manifests: [{ mediaType, digest, size: bytes.length }] }),
  );
  yield directory('blobs');
  for (const algorithm of new Set(
    [manifest.digest, manifest.config.digest, ...layerDigests(image)].map(digestAlgorithm),
  )) {
    yield directory(`blobs/${algorithm}`);
  }
  yield file(blobPath(digest), bytes);
  yield file(blobPath(manifest.config.digest), image.config);
  const written = new Set<string>();
  const paths: string[] = [];
  for (const [index, layer] of manifest.layers.entries()) {
    const diffId = image.diffIds[index];
    invariant(diffId !== undefined, 'an archived image has a diff id for each layer');
    const unpacked = needsUnpacking(layer, engine);
    const path = blobPath(unpacked ? diffId : layer.digest);
    paths.push(path);
    if (written.has(path)) continue;
    written.add(path);
    yield unpacked
      ? await unpackedLayer(from, layer, diffId)
      : { ...head(path), kind: 'file', size: layer.size, content: checkedLayer(from, layer, diffId) };
  }
  // What docker's classic store goes by. It comes last because only then the layers' names are known.
  yield file(
    'manifest.json',
    json([{ Config: blobPath(manifest.config.digest), RepoTags: null, Layers: paths }]),
  );
}

function layerDigests({ manifest, diffIds }: ArchivedImage): readonly Digest[] {
  return [...manifest.layers.map(({ digest }) => digest), ...diffIds];
}

/** Docker's classic store knows zstd from version 23 on. */
function needsUnpacking(layer: Descriptor, engine: Engine): boolean {
  return (
    layer.mediaType.endsWith('zstd') &&
    engine.kind === 'docker' &&
    engine.store === 'classic' &&
    majorVersion(engine.version) < 23
  );
}

/** The layer as a plain tar. An archive says the size first, so it is unpacked twice: once to measure and check it. */
async function unpackedLayer(from: Repository, layer: Descriptor, diffId: Digest): Promise<TarMember> {
  const size = await checkLayer(from, layer, diffId);
  return { ...head(blobPath(diffId)), kind: 'file', size, content: unpack(from, layer) };
}

/** An error on either side ends the other one and comes out of the iteration. */
function unpack(from: Repository, layer: Descriptor): AsyncIterable<Uint8Array> {
  return pipeline(Readable.from(from.blob(layer)), createZstdDecompress(), () => undefined);
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
