import { bundleDocument, formatBundle, type Bundle } from '../../model/bundle.ts';
import type { Candidate } from '../../model/candidate.ts';
import type { ImageDefinition } from '../../model/definition.ts';
import type { Digest } from '../../model/digest.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { descriptorOf } from '../../model/manifest.ts';
import type { Move } from '../../model/move.ts';
import { formatPlatform, samePlatform, type Platform } from '../../model/platform.ts';
import { formatReference, pinReference } from '../../model/reference.ts';
import { copyImage } from '../../ports/copy.ts';
import type { Layout } from '../../ports/layout.ts';
import type { Repository } from '../../ports/repository.ts';
import { imagesOf, type PlatformImage } from '../../stages/resolve/platforms.ts';
import { setOf } from '../bundle-create.ts';
import type { Watching } from '../tools.ts';

/** One image of one platform that is to be judged against what it replaces. */
export interface Match {
  readonly image: ImageDefinition;
  readonly move: Move;
  readonly platform: string;
  /** Manifests of this platform alone. Undefined: there is no image to compare with any more. */
  readonly from: Digest | undefined;
  readonly to: Digest;
}

/**
 * What has to be tried of a move: the platforms that count, or the only one there is, or that of this machine. An index is
 * judged by its images, since trials run images.
 */
export async function matchesOf(
  image: ImageDefinition,
  move: Move,
  { repository, wanted }: { readonly repository: Repository; readonly wanted: readonly Platform[] },
): Promise<readonly Match[]> {
  const now = await imagesAt(repository, move.to);
  const before = move.dead ? [] : await imagesAt(repository, move.from);
  const counts = ({ platform }: PlatformImage): boolean =>
    wanted.some((each) => samePlatform(each, platform));
  const [only, ...others] = now;
  const tried = only !== undefined && others.length === 0 ? [only] : now.filter(counts);
  return tried.map(({ platform, manifest }) => ({
    image,
    move,
    platform: formatPlatform(platform),
    from: before.find((each) => samePlatform(each.platform, platform))?.manifest.digest,
    to: manifest.digest,
  }));
}

async function imagesAt(repository: Repository, digest: Digest): Promise<readonly PlatformImage[]> {
  const descriptor: Descriptor = descriptorOf(await repository.manifest(digest));
  return imagesOf(repository, descriptor);
}

export interface GateBundleOrder {
  readonly match: Match;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** The commit that the suites come from. */
  readonly commit: string | undefined;
}

/** Puts both images of a match into a bundle: a gate finds them there and asks no registry. */
export async function putMatch(
  { match, now, commit }: GateBundleOrder,
  repository: Repository,
  into: Layout,
  { observe }: Watching,
): Promise<Bundle> {
  const { image, move, platform, from, to } = match;
  const copy = async (digest: Digest): Promise<string> => {
    observe({ kind: 'fetch-started', reference: formatReference(pinReference(move.name, digest)) });
    const { mediaType } = await copyImage(repository, into, digest, {
      onBlob: (blob, result) =>
        observe({ kind: 'blob-copied', digest: blob.digest, size: blob.size, result }),
    });
    return mediaType;
  };
  if (from !== undefined) await copy(from);
  const candidate: Candidate = {
    image: image.name,
    digest: to,
    mediaType: await copy(to),
    platforms: [{ platform, manifest: to }],
    origin: { kind: 'ready', reference: formatReference(pinReference(move.name, to)), resolvedAt: now },
  };
  const reference = formatReference(image.baseline);
  const bundle: Bundle = {
    schemaVersion: 1,
    set: setOf([candidate]),
    createdAt: now,
    source: { commit, tree: undefined, dirty: false },
    members: [candidate],
    baselines: [{ image: image.name, reference, digest: from, lookedUpAt: now }],
    leftOut: [],
  };
  await into.putDocument(bundleDocument, formatBundle(bundle));
  return bundle;
}
