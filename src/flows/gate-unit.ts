import { Failure } from '../base/failure.ts';
import type { Candidate, CandidatePlatform } from '../model/candidate.ts';
import type { Change } from '../model/change.ts';
import type { ImageDefinition } from '../model/definition.ts';
import type { Digest } from '../model/digest.ts';
import { descriptorOf, type ImageConfig } from '../model/manifest.ts';
import { formatPlatform, parsePlatform, samePlatform } from '../model/platform.ts';
import type { Suite } from '../model/suite.ts';
import type { Side } from '../model/trial.ts';
import type { LoadedImage, Loader } from '../ports/loader.ts';
import type { Layout } from '../ports/layout.ts';
import type { Repository } from '../ports/repository.ts';
import { imageConfigOf } from '../ports/tree.ts';
import { examine } from '../stages/examine/examine.ts';
import { imagesOf } from '../stages/resolve/platforms.ts';
import type { ComparedPair } from './gate-examine.ts';
import type { FoundBaseline } from './find-baseline.ts';
import type { Watching } from './tools.ts';

/** A member of the bundle beside the image that it is to replace. */
export interface Contender {
  readonly definition: ImageDefinition;
  readonly candidate: Candidate;
  readonly baseline: FoundBaseline;
}

/** One pair of images of one platform, both in the engine. */
export interface Pair {
  readonly contender: Contender;
  readonly platform: string;
  readonly images: Readonly<Record<Side, PreparedImage | undefined>>;
  readonly change: Change | undefined;
}

export interface PreparedImage {
  readonly manifest: Digest;
  readonly config: ImageConfig;
  readonly loaded: LoadedImage;
}

/** As the report's comparison takes it; `layout` is where the candidates lie. */
export function comparedPair({ contender, platform, images, change }: Pair, layout: Layout): ComparedPair {
  const { baseline, candidate } = images;
  return {
    image: contender.definition.name,
    platform,
    baseline:
      baseline === undefined
        ? undefined
        : { repository: contender.baseline.repository, manifest: baseline.manifest },
    candidate: candidate === undefined ? undefined : { repository: layout, manifest: candidate.manifest },
    change,
  };
}

/** What the loop of a gate works on: one suite on one pair. */
export interface GateWork {
  readonly pair: Pair;
  readonly suite: Suite;
}

export interface PairTools extends Watching {
  readonly layout: Layout;
  readonly loader: Loader;
}

/** Loads candidate and baseline for every platform of the candidate. */
export async function preparePairs(contender: Contender, tools: PairTools): Promise<readonly Pair[]> {
  const { candidate, definition } = contender;
  const { repository, descriptor } = contender.baseline;
  const baselines = descriptor === undefined ? [] : await imagesOf(repository, descriptor);
  await checkPlatforms(candidate, tools.layout);
  const pairs: Pair[] = [];
  for (const { platform, manifest } of candidate.platforms) {
    const wanted = parsePlatform(platform);
    const old = baselines.find((each) => samePlatform(each.platform, wanted));
    const prepare = (side: Side, place: Place): Promise<PreparedImage> => {
      tools.observe({ kind: 'load-started', image: definition.name, side });
      return prepareImage(side, place, tools);
    };
    const images = {
      candidate: await prepare('candidate', { repository: tools.layout, manifest }),
      baseline:
        old === undefined
          ? undefined
          : await prepare('baseline', { repository, manifest: old.manifest.digest }),
    };
    const says = images.candidate.config.platform;
    if (!samePlatform(says, wanted)) {
      const why = `its config says ${formatPlatform(says)}`;
      throw new Failure('bundle-invalid', `${manifest} is announced as ${platform}, but ${why}`);
    }
    const change = images.baseline === undefined ? undefined : examine(images.baseline, images.candidate);
    if (change !== undefined) {
      tools.observe({ kind: 'examined', image: definition.name, platform, change: change.class });
    }
    pairs.push({ contender, platform, images, change });
  }
  return pairs;
}

/** What is tried must be what is promoted: the images that the candidate's own digest stands for, and no others. */
export async function checkPlatforms({ image, digest, platforms }: Candidate, layout: Layout): Promise<void> {
  const held = await imagesOf(layout, descriptorOf(await layout.manifest(digest)));
  const own = held
    .map(({ platform, manifest }) => `${formatPlatform(platform)} ${manifest.digest}`)
    .toSorted();
  const listed = platforms.map(({ platform, manifest }) => `${platform} ${manifest}`).toSorted();
  if (own.join('\n') === listed.join('\n')) return;
  throw new Failure(
    'bundle-invalid',
    `the bundle lists other images for ${image} than its digest ${digest} stands for`,
    {
      hint: 'Nothing of it was tried. Build the bundle again.',
    },
  );
}

/** What the baseline serves; a platform of it that the candidate lacks is taken from whoever uses it. */
export async function baselinePlatforms({ baseline }: Contender): Promise<readonly CandidatePlatform[]> {
  if (baseline.descriptor === undefined) return [];
  const images = await imagesOf(baseline.repository, baseline.descriptor);
  return images.map(({ platform, manifest }) => ({
    platform: formatPlatform(platform),
    manifest: manifest.digest,
  }));
}

interface Place {
  readonly repository: Repository;
  readonly manifest: Digest;
}

async function prepareImage(side: Side, place: Place, { loader, signal }: PairTools): Promise<PreparedImage> {
  // The baseline is in use already; a candidate's maker may lie about what its layers hold.
  const options = { heldIsEnough: side === 'baseline' };
  const loaded = await loader.load(place.repository, place.manifest, signal, options);
  return { manifest: place.manifest, config: await readConfig(place), loaded };
}

async function readConfig({ repository, manifest }: Place): Promise<ImageConfig> {
  const image = await repository.manifest(manifest);
  const config = image.kind === 'manifest' ? await imageConfigOf(repository, image) : undefined;
  if (config === undefined) throw new Failure('content-refused', `${manifest} is no image of one platform`);
  return config;
}
