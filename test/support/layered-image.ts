import { gzipSync } from 'node:zlib';
import { streamOf } from '../../src/base/stream.ts';
import type { Descriptor } from '../../src/model/descriptor.ts';
import { digestOf, type Digest } from '../../src/model/digest.ts';
import { parseManifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import type { Repository } from '../../src/ports/repository.ts';
import { rawLayer, type RawMember } from './layers.ts';

export interface LayeredImage {
  readonly layers: readonly (readonly RawMember[])[];
  /** Members of the config's `config`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly created?: string;
  readonly architecture?: string;
  /** Instead of the digests of the layers; for images that lie. */
  readonly diffIds?: readonly string[];
  readonly layerType?: string;
  readonly tag?: string;
}

/** Puts an image of these very layers into a repository. */
export async function pushLayers(repository: Repository, image: LayeredImage): Promise<Digest> {
  const put = async (bytes: Uint8Array, mediaType: string): Promise<Descriptor> => {
    const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
    await repository.putBlob(descriptor, () => streamOf([bytes]));
    return descriptor;
  };
  const archives = image.layers.map(rawLayer);
  const layers: Descriptor[] = [];
  for (const archive of archives)
    layers.push(await put(gzipSync(archive), image.layerType ?? mediaTypes.ociLayerGzip));
  const config = {
    os: 'linux',
    architecture: image.architecture ?? 'amd64',
    created: image.created ?? '2026-01-01T00:00:00Z',
    config: image.settings ?? {},
    history: image.layers.map((_, at) => ({ created_by: `step ${at + 1}` })),
    rootfs: { type: 'layers', diff_ids: image.diffIds ?? archives.map((archive) => digestOf(archive)) },
  };
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: await put(Buffer.from(JSON.stringify(config)), mediaTypes.ociConfig),
    layers,
    annotations: image.annotations ?? {},
  };
  const manifest = parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.ociManifest);
  await repository.putManifest(manifest, image.tag);
  return manifest.digest;
}
