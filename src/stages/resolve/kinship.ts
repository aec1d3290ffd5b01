import { Failure, isFailure } from '../../base/failure.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { descriptorOf, type Manifest } from '../../model/manifest.ts';
import { isIndexType } from '../../model/media-type.ts';
import { formatPlatform, samePlatform, type Platform } from '../../model/platform.ts';
import type { Kinship } from '../../model/resolution.ts';
import type { Repository } from '../../ports/repository.ts';
import { imagesOf, type ManifestReader, type PlatformImage } from './platforms.ts';

/**
 * How a pinned image is related to what its name stands for now. Costs no request where they are the same, one HEAD where
 * the name stands for a single image, and otherwise the manifests of both.
 * @param platforms those that count; empty: all
 * @throws Failure `interrupted`
 */
export async function kinshipOf(
  repository: Repository,
  pinned: Digest,
  now: Descriptor,
  platforms: readonly Platform[],
): Promise<Kinship> {
  if (pinned === now.digest) return { kind: 'same' };
  try {
    if (!isIndexType(now.mediaType))
      return { kind: (await repository.resolve(pinned)) === undefined ? 'dead' : 'other' };
    const reader = rememberingManifests(repository);
    const [manifest, current] = await Promise.all([manifestIfThere(reader, pinned), imagesOf(reader, now)]);
    if (manifest === undefined) return { kind: 'dead' };
    const old = descriptorOf(manifest);
    return manifest.kind === 'index'
      ? await betweenIndexes(reader, old, current, platforms)
      : await fromOneImage(reader, old, current);
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
    // It is the registry's index that names what the registry does not have: no fault of who asks.
    const failure = isFailure(error, 'manifest-missing', 'blob-missing')
      ? new Failure('registry-refused', `${repository.name} is not whole: ${error.message}`, { cause: error })
      : error;
    return { kind: 'unknown', failure };
  }
}

async function manifestIfThere(reader: ManifestReader, digest: Digest): Promise<Manifest | undefined> {
  try {
    return await reader.manifest(digest);
  } catch (error) {
    if (isFailure(error, 'manifest-missing')) return undefined;
    throw error;
  }
}

/** Asks once for each. */
function rememberingManifests(repository: Repository): ManifestReader {
  const known = new Map<Digest, Promise<Manifest>>();
  const manifest = (digest: Digest): Promise<Manifest> => {
    const asked = known.get(digest) ?? repository.manifest(digest);
    known.set(digest, asked);
    return asked;
  };
  return { name: repository.name, manifest, blob: (descriptor) => repository.blob(descriptor) };
}

async function betweenIndexes(
  repository: ManifestReader,
  old: Descriptor,
  current: readonly PlatformImage[],
  platforms: readonly Platform[],
): Promise<Kinship> {
  const before = counting(await imagesOf(repository, old), platforms);
  const after = counting(current, platforms);
  const isSame =
    before.length === after.length &&
    before.every(({ platform, manifest }) =>
      after.some((each) => samePlatform(each.platform, platform) && each.manifest.digest === manifest.digest),
    );
  // Two indexes without any image that counts have nothing in common.
  return { kind: isSame && before.length > 0 ? 'same images' : 'other' };
}

function counting(
  images: readonly PlatformImage[],
  platforms: readonly Platform[],
): readonly PlatformImage[] {
  if (platforms.length === 0) return images;
  return images.filter(({ platform }) => platforms.some((each) => samePlatform(each, platform)));
}

/** A pin to one image where the name stands for several: by its digest among them, else by its platform. */
async function fromOneImage(
  repository: ManifestReader,
  old: Descriptor,
  current: readonly PlatformImage[],
): Promise<Kinship> {
  const itself = current.find(({ manifest }) => manifest.digest === old.digest);
  const [alone] = itself === undefined ? await imagesOf(repository, old) : [itself];
  if (alone === undefined) return { kind: 'other' };
  const { platform } = alone;
  const now = current.find((each) => samePlatform(each.platform, platform))?.manifest.digest;
  return { kind: 'one platform', platform: formatPlatform(platform), now };
}
