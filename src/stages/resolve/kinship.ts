import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { isIndexType } from '../../model/media-type.ts';
import { formatPlatform, samePlatform, type Platform } from '../../model/platform.ts';
import type { Kinship } from '../../model/resolution.ts';
import type { Repository } from '../../ports/repository.ts';
import { imagesOf, type PlatformImage } from './platforms.ts';

/**
 * How a pinned image is related to what its name stands for now. Costs no request where they are the same, one where the
 * pinned image has gone or both are single images, and otherwise the manifests of both.
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
    const old = await repository.resolve(pinned);
    if (old === undefined) return { kind: 'dead' };
    if (!isIndexType(now.mediaType)) return { kind: 'other' };
    const current = await imagesOf(repository, now);
    return isIndexType(old.mediaType)
      ? await betweenIndexes(repository, old, current, platforms)
      : await fromOneImage(repository, old, current);
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
    return { kind: 'unknown', failure: error };
  }
}

async function betweenIndexes(
  repository: Repository,
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
  repository: Repository,
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
