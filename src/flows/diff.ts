import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { eachInParallel } from '../base/parallel.ts';
import { changeClasses, type Change, type ChangeClass, type Equivalence } from '../model/change.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageSource } from '../model/image-source.ts';
import type { NoiseRule } from '../model/noise.ts';
import type { Platform } from '../model/platform.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import { equivalence } from '../stages/examine/equivalence.ts';
import { examineImages, type Reach } from './examine-images.ts';
import type { OpenedImage } from './image-contents.ts';
import {
  openImages,
  platformImages,
  type OfferedImage,
  type OpenedSource,
  type OpenTools,
} from './open-images.ts';
import type { Watching } from './tools.ts';

export interface DiffOrder {
  readonly baseline: ImageSource;
  readonly candidate: ImageSource;
  /** Undefined: all. */
  readonly platform: Platform | undefined;
  readonly reach: Reach;
  /** Rules beyond those that are always known. */
  readonly noise: readonly NoiseRule[];
}

export interface DiffTools extends OpenTools {
  readonly layerCache: LayerCache;
}

/** What differs between two images, platform by platform. */
export interface Diff {
  readonly baseline: ComparedImage;
  readonly candidate: ComparedImage;
  /** The strongest one over all platforms. */
  readonly class: ChangeClass;
  readonly platforms: readonly PlatformDiff[];
  /** Platforms that only one of them has. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Sentences. */
  readonly notices: readonly string[];
}

interface ComparedImage {
  readonly name: string;
  readonly digest: Digest;
}

export interface PlatformDiff {
  readonly platform: string;
  readonly baseline: Digest;
  readonly candidate: Digest;
  readonly change: Change;
  readonly equivalence: Equivalence;
}

/** @throws Failure `manifest-missing`, and whatever opening and reading images throws */
export async function diff(order: DiffOrder, tools: DiffTools, watching: Watching): Promise<Diff> {
  const [baseline, candidate] = await openImages([order.baseline, order.candidate], tools, watching);
  if (baseline === undefined || candidate === undefined)
    throw new Failure('manifest-missing', 'one of the images could not be opened');
  const pairs = await pairUp(baseline, candidate, order.platform);
  const platforms: PlatformDiff[] = [];
  const notices = new Set<string>();
  for (const { platform, from, to } of pairs.both) {
    const { change, faults } = await examineImages(
      { baseline: from, candidate: to, reach: order.reach, noise: order.noise },
      tools.layerCache,
      watching.signal,
    );
    for (const fault of faults) notices.add(fault);
    watching.observe({ kind: 'examined', image: candidate.name, platform, change: change.class });
    platforms.push({
      platform,
      baseline: from.manifest.digest,
      candidate: to.manifest.digest,
      change,
      equivalence: equivalence(change, order.noise),
    });
  }
  const { added, removed } = pairs;
  const classes = platforms.map(({ change }) => change.class);
  return {
    baseline: { name: baseline.name, digest: baseline.descriptor.digest },
    candidate: { name: candidate.name, digest: candidate.descriptor.digest },
    class: added.length + removed.length > 0 ? 'platforms changed' : strongest(classes),
    platforms,
    added,
    removed,
    notices: [...notices],
  };
}

/** Whether the candidate may stand in for the baseline on all platforms. */
export function isEquivalent({ platforms, added, removed }: Diff): boolean {
  return added.length + removed.length === 0 && platforms.every((each) => each.equivalence.equivalent);
}

interface Pairs {
  readonly both: readonly {
    readonly platform: string;
    readonly from: OpenedImage;
    readonly to: OpenedImage;
  }[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Two images that stand alone are compared whatever their platforms are. */
async function pairUp(
  baseline: OpenedSource,
  candidate: OpenedSource,
  wanted: Platform | undefined,
): Promise<Pairs> {
  const offered = new Map<OpenedSource, readonly OfferedImage[]>();
  await eachInParallel([baseline, candidate], limits.lookUpsAtOnceMax, async (side) => {
    offered.set(side, await platformImages(side, wanted));
  });
  const [before, after] = [offered.get(baseline) ?? [], offered.get(candidate) ?? []];
  const [from, to] = [before[0], after[0]];
  if (from !== undefined && to !== undefined && before.length + after.length === 2) {
    const platform = [...new Set([from.platform, to.platform])].join(' → ');
    return { both: [{ platform, from: await from.open(), to: await to.open() }], added: [], removed: [] };
  }
  const both = [];
  for (const { platform, open } of before) {
    const other = after.find((each) => each.platform === platform);
    if (other !== undefined) both.push({ platform, from: await open(), to: await other.open() });
  }
  const paired = new Set(both.map(({ platform }) => platform));
  const alone = (images: readonly OfferedImage[]): readonly string[] =>
    images.map(({ platform }) => platform).filter((platform) => !paired.has(platform));
  return { both, added: alone(after), removed: alone(before) };
}

function strongest(classes: readonly ChangeClass[]): ChangeClass {
  return changeClasses.findLast((each) => classes.includes(each)) ?? 'identical';
}
