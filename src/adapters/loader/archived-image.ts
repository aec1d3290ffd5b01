import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { collectBytes } from '../../base/stream.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { parseImageConfig, type ImageManifest } from '../../model/manifest.ts';
import type { Repository } from '../../ports/repository.ts';

/** An image whose config has been read and fits its manifest. */
export interface ArchivedImage {
  readonly manifest: ImageManifest;
  readonly config: Uint8Array;
  /** One for each layer of the manifest. */
  readonly diffIds: readonly Digest[];
}

/** Reads manifest and config. @throws Failure `image-unloadable` (an index), `content-refused`, and whatever reading throws */
export async function readImage(from: Repository, digest: Digest): Promise<ArchivedImage> {
  const manifest = await from.manifest(digest);
  if (manifest.kind !== 'manifest') {
    throw new Failure(
      'image-unloadable',
      `${digest} is an index: an engine loads the manifest of one platform`,
    );
  }
  const config = await collectBytes(from.blob(manifest.config), limits.imageConfigBytesMax, () => {
    throw refused(manifest, `its config is larger than ${limits.imageConfigBytesMax} bytes`);
  });
  const { diffIds } = parseImageConfig(config, manifest.config.digest);
  if (diffIds.length !== manifest.layers.length) {
    throw refused(
      manifest,
      `it has ${manifest.layers.length} layers, but its config speaks of ${diffIds.length}`,
    );
  }
  const byBlob = new Map(manifest.layers.map((layer, index) => [layer.digest, diffIds[index]]));
  if (manifest.layers.some((layer, index) => byBlob.get(layer.digest) !== diffIds[index])) {
    throw refused(manifest, 'its config has two names for one layer');
  }
  return { manifest, config, diffIds };
}

/** A layer of an image, once, with all the places that it has in the chain. */
export interface ImageLayer {
  readonly blob: Descriptor;
  readonly diffId: Digest;
  readonly positions: readonly number[];
}

/** The layers of an image, base first, each blob once. */
export function layersOf({ manifest, diffIds }: ArchivedImage): readonly ImageLayer[] {
  const layers = new Map<Digest, ImageLayer>();
  for (const [position, blob] of manifest.layers.entries()) {
    const diffId = diffIds[position];
    if (diffId === undefined) continue;
    const positions = [...(layers.get(blob.digest)?.positions ?? []), position];
    layers.set(blob.digest, { blob, diffId, positions });
  }
  return [...layers.values()];
}

function refused({ digest }: ImageManifest, why: string): Failure {
  return new Failure('content-refused', `${digest} is refused: ${why}`);
}
