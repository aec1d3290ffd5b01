import { limits } from '../../base/limits.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { parseImageConfig, parseManifest, type Manifest } from '../../model/manifest.ts';
import { isIndexType, isManifestType, mediaTypes } from '../../model/media-type.ts';
import { samePlatform, type Platform } from '../../model/platform.ts';
import { notUnderstood, type SavedImage } from './saved-image.ts';
import { readWhole } from './temporary-folder.ts';

/** An OCI layout that an engine wrote, as files. */
export interface SavedLayout {
  /** The bytes of `index.json`. */
  readonly index: Uint8Array;
  /** Paths of blobs and manifests by digest. */
  readonly files: ReadonlyMap<Digest, string>;
}

export interface Wanted {
  /** What the engine's store calls the image: the digest of its index, its manifest or its config. */
  readonly id: Digest;
  /** Which one to take of several. */
  readonly platform: Platform;
}

/**
 * Finds the image in a layout and leaves all bytes as they are. What the engine adds beside it (attestations) stays
 * behind. @throws Failure `program-output`, `content-mismatch`, `content-refused`
 */
export async function readSavedLayout(layout: SavedLayout, { id, platform }: Wanted): Promise<SavedImage> {
  const top = parseManifest(layout.index, mediaTypes.ociIndex);
  if (top.kind !== 'index') throw notUnderstood('index.json is no index');
  const found: SavedImage[] = [];
  for (const entry of top.manifests) {
    const images = await imagesIn(layout, entry, 0);
    found.push(
      ...images.filter(({ manifest }) =>
        [entry.digest, manifest.digest, manifest.config.digest].includes(id),
      ),
    );
  }
  const image = found.find((each) => samePlatform(each.platform, platform)) ?? found[0];
  if (image === undefined) throw notUnderstood(`it holds no image that is ${id}`);
  return image;
}

async function imagesIn(
  layout: SavedLayout,
  entry: Descriptor,
  depth: number,
): Promise<readonly SavedImage[]> {
  if (isAttestation(entry) || !layout.files.has(entry.digest)) return [];
  if (isManifestType(entry.mediaType)) return imageOf(layout, await manifestOf(layout, entry));
  if (!isIndexType(entry.mediaType) || depth >= limits.indexDepthMax) return [];
  const index = await manifestOf(layout, entry);
  const images: SavedImage[] = [];
  if (index.kind === 'index')
    for (const child of index.manifests) images.push(...(await imagesIn(layout, child, depth + 1)));
  return images;
}

/** BuildKit lists what it says about an image as if it were one more image, of a platform that does not exist. */
function isAttestation({ annotations, platform }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' || platform?.os === 'unknown';
}

/** None where the config was left out: that of another platform, which was never pulled. */
async function imageOf({ files }: SavedLayout, manifest: Manifest): Promise<readonly SavedImage[]> {
  const file = manifest.kind === 'manifest' ? files.get(manifest.config.digest) : undefined;
  if (manifest.kind !== 'manifest' || file === undefined) return [];
  const config = await readWhole(file, limits.imageConfigBytesMax, () => {
    throw notUnderstood(`its config is larger than ${limits.imageConfigBytesMax} bytes`);
  });
  const { platform, diffIds } = parseImageConfig(config, manifest.config.digest);
  if (diffIds.length !== manifest.layers.length) {
    throw notUnderstood(
      `it has ${manifest.layers.length} layers, but its config speaks of ${diffIds.length}`,
    );
  }
  return [{ manifest, platform, files }];
}

async function manifestOf({ files }: SavedLayout, { digest, mediaType }: Descriptor): Promise<Manifest> {
  return parseManifest(await readManifest(files.get(digest) ?? ''), mediaType, digest);
}

/** @throws Failure `program-output` when it is larger than a manifest may be */
export function readManifest(path: string): Promise<Buffer> {
  return readWhole(path, limits.manifestBytesMax, () => {
    throw notUnderstood(`a manifest is larger than ${limits.manifestBytesMax} bytes`);
  });
}
