import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { artifactManifest, emptyConfig, emptyConfigDescriptor } from '../../src/model/artifact-manifest.ts';
import { streamOf } from '../../src/base/stream.ts';
import type { Descriptor } from '../../src/model/descriptor.ts';
import { digestOf, type Digest } from '../../src/model/digest.ts';
import {
  descriptorOf,
  parseManifest,
  type ImageIndex,
  type ImageManifest,
  type Manifest,
} from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import type { Repository } from '../../src/ports/repository.ts';

/** Bytes with their descriptor. */
export interface SampleBlob {
  readonly bytes: Uint8Array;
  readonly descriptor: Descriptor;
}

export interface SampleImage {
  readonly manifest: ImageManifest;
  readonly config: SampleBlob;
  readonly layers: readonly SampleBlob[];
}

export function sampleBlob(
  bytes: Uint8Array | string,
  mediaType: string = mediaTypes.ociLayerGzip,
): SampleBlob {
  const buffer = Buffer.from(bytes);
  return { bytes: buffer, descriptor: { mediaType, digest: digestOf(buffer), size: buffer.length } };
}

/** Bytes that no other blob has. */
export function freshBlob(size: number): SampleBlob {
  return sampleBlob(randomBytes(size));
}

/** An image of one platform that nobody has seen before; `layers` may be shared with others. */
export function sampleImage(
  layers: readonly SampleBlob[] = [freshBlob(2000)],
  architecture = 'amd64',
  diffIds: readonly Digest[] = layers.map(({ bytes }) => digestOf(gzipSync(bytes))),
  nonce = randomBytes(8).toString('hex'),
): SampleImage {
  const document = {
    os: 'linux',
    architecture,
    created: '2026-11-21T00:00:00Z',
    config: { Env: ['PATH=/bin'], Labels: { nonce } },
    rootfs: { type: 'layers', diff_ids: diffIds },
  };
  const config = sampleBlob(JSON.stringify(document), mediaTypes.ociConfig);
  const manifest = parseManifest(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config: config.descriptor,
        layers: layers.map(({ descriptor }) => descriptor),
      }),
    ),
    mediaTypes.ociManifest,
  );
  if (manifest.kind !== 'manifest') throw new Error('a sample image is a manifest');
  return { manifest, config, layers };
}

export function sampleIndex(
  images: readonly { readonly manifest: Manifest; readonly architecture?: string }[],
): ImageIndex {
  const index = parseManifest(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.ociIndex,
        manifests: images.map(({ manifest, architecture }) => ({
          ...descriptorOf(manifest),
          ...(architecture === undefined ? {} : { platform: { os: 'linux', architecture } }),
        })),
      }),
    ),
    mediaTypes.ociIndex,
  );
  if (index.kind !== 'index') throw new Error('a sample index is an index');
  return index;
}

/** An artifact about an image, with one layer. */
export function sampleArtifact(
  subject: Descriptor,
  created = '2026-11-21T00:00:00Z',
  content = 'evidence',
): SampleImage {
  const layer = sampleBlob(content, mediaTypes.verdict);
  const manifest = artifactManifest({
    subject,
    artifactType: mediaTypes.verdict,
    layers: [layer.descriptor],
    annotations: { 'org.opencontainers.image.created': created },
  });
  return { manifest, config: { bytes: emptyConfig, descriptor: emptyConfigDescriptor }, layers: [layer] };
}

export async function storeImage(repository: Repository, image: SampleImage, tag?: string): Promise<void> {
  for (const blob of [...image.layers, image.config])
    await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes));
  await repository.putManifest(image.manifest, tag);
}

/** Small pieces, so that whoever reads has to put them together. */
export function inPieces(bytes: Uint8Array, size = 1000): AsyncIterable<Uint8Array> {
  return streamOf(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    ),
  );
}

export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}
