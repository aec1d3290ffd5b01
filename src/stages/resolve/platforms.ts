import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { descriptorOf } from '../../model/manifest.ts';
import { isManifestType } from '../../model/media-type.ts';
import { formatPlatform, normalizePlatform, samePlatform, type Platform } from '../../model/platform.ts';
import type { Repository } from '../../ports/repository.ts';
import { imageConfigOf } from '../../ports/tree.ts';

/** One image of one platform. */
export interface PlatformImage {
  readonly platform: Platform;
  readonly manifest: Descriptor;
}

/** What it takes to look into an image. */
export type ManifestReader = Pick<Repository, 'name' | 'manifest' | 'blob'>;

/**
 * The images that a descriptor stands for, in its own order: itself, or those of an index, without what is no image
 * (BuildKit's attestations go as platform `unknown/unknown`). An image that stands alone tells its platform in its config.
 * Where two are for one platform (Windows of several versions), the first counts, as it does for engines.
 * @throws Failure `content-refused` (nested too deep, too many), and whatever reading throws
 */
export async function imagesOf(
  repository: ManifestReader,
  descriptor: Descriptor,
): Promise<readonly PlatformImage[]> {
  const walk: Walk = { repository, found: new Map(), seen: new Set() };
  await collectImages(walk, descriptor, 0);
  return [...walk.found.values()];
}

/**
 * The image of one platform; undefined: there is none for it. An image for every variant of a processor (`linux/arm`)
 * is found by its exact spelling only, except that a wanted platform without a variant takes the only one there is.
 * @throws Failure as {@link imagesOf}
 */
export async function selectPlatform(
  repository: Repository,
  descriptor: Descriptor,
  wanted: Platform,
): Promise<PlatformImage | undefined> {
  const images = await imagesOf(repository, descriptor);
  const exact = images.find(({ platform }) => samePlatform(platform, wanted));
  if (exact !== undefined || normalizePlatform(wanted).variant !== undefined) return exact;
  const { os, architecture } = normalizePlatform(wanted);
  const [only, ...others] = images.filter(
    ({ platform }) => platform.os === os && platform.architecture === architecture,
  );
  return others.length === 0 ? only : undefined;
}

interface Walk {
  readonly repository: ManifestReader;
  readonly found: Map<string, PlatformImage>;
  readonly seen: Set<Digest>;
}

async function collectImages(walk: Walk, descriptor: Descriptor, depth: number): Promise<void> {
  const { repository, seen } = walk;
  if (seen.has(descriptor.digest)) return;
  seen.add(descriptor.digest);
  if (depth > limits.indexDepthMax) throw refused(walk, descriptor, 'is nested too deep');
  if (seen.size > limits.indexDescriptorsMax)
    throw refused(walk, descriptor, 'belongs to an index with too many images');
  if (isAttestation(descriptor)) return;
  const known = descriptor.platform;
  if (known !== undefined && isManifestType(descriptor.mediaType)) {
    enter(walk, normalizePlatform(plain(known)), descriptor);
    return;
  }
  const manifest = await repository.manifest(descriptor.digest);
  if (manifest.kind === 'index') {
    for (const child of manifest.manifests) await collectImages(walk, child, depth + 1);
    return;
  }
  // Artifacts lie in indexes too; only an image has an image's config.
  const config = await imageConfigOf(repository, manifest);
  if (config !== undefined) enter(walk, config.platform, descriptorOf(manifest));
}

function enter({ found }: Walk, platform: Platform, manifest: Descriptor): void {
  const key = formatPlatform(platform);
  if (!found.has(key)) found.set(key, { platform, manifest });
}

function isAttestation({ platform }: Descriptor): boolean {
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

function plain({ os, architecture, variant }: NonNullable<Descriptor['platform']>): Platform {
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function refused({ repository }: Walk, { digest }: Descriptor, why: string): Failure {
  return new Failure('content-refused', `${repository.name}: ${digest} ${why}`);
}
