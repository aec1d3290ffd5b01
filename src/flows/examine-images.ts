import { invariant } from '../base/invariant.ts';
import type { Change } from '../model/change.ts';
import type { NoiseRule } from '../model/noise.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import { needsSharedLayers, type ExaminedContents } from '../stages/examine/compare-contents.ts';
import { examine, sharedLayers, type ExaminedImage } from '../stages/examine/examine.ts';
import { imageContents, type OpenedImage } from './image-contents.ts';
import { KeptComparison } from './kept-comparison.ts';
import { LayerReader } from './layer-reader.ts';

/**
 * How far a comparison goes: `config` reads no layer. `layers` leaves out those at the bottom that both images have, unless a
 * package database cannot be compared without them. `proof` reads these too wherever a file cannot.
 */
export type Reach = 'config' | 'layers' | 'proof';

export interface ExaminationOrder {
  readonly baseline: OpenedImage;
  readonly candidate: OpenedImage;
  readonly reach: Reach;
  /** Rules beyond those that are always known. */
  readonly noise: readonly NoiseRule[];
}

export interface Examination {
  readonly change: Change;
  /** Sentences: why nothing was kept for the next time. */
  readonly faults: readonly string[];
}

/**
 * What differs between two images of one platform, with no step more than it takes: equal digests are equal images, equal
 * diff ids equal files, and layers that both have at the bottom are neither fetched nor read. What was answered once is kept.
 * @throws Failure as {@link imageContents}
 */
export async function examineImages(
  { baseline, candidate, reach, noise }: ExaminationOrder,
  cache: LayerCache,
  signal: AbortSignal | undefined,
): Promise<Examination> {
  const shared = sharedOf(baseline, candidate, reach);
  const isSame = [baseline, candidate].every(({ config }) => config.diffIds.length === shared);
  if (isSame || reach === 'config')
    return { change: examine(described(baseline), described(candidate), noise), faults: [] };
  const kept = new KeptComparison(
    { baseline: baseline.manifest.digest, candidate: candidate.manifest.digest, reach, noise },
    cache,
  );
  const known = await kept.find();
  if (known !== undefined) return { change: known, faults: kept.faults };
  const both = new BothSides({ baseline, candidate }, cache, signal);
  let [from, to] = await both.read(shared);
  if (shared > 0 && needsSharedLayers(from, to, reach === 'proof' ? 'all' : 'packages'))
    [from, to] = await both.read(0);
  const change = examine(
    { ...described(baseline), contents: from },
    { ...described(candidate), contents: to },
    noise,
  );
  await kept.keep(change);
  return { change, faults: [...new Set([...both.faults, ...kept.faults])] };
}

/**
 * Layers at the bottom that need no look. Two configs that name one diff id name the same files; what they name is only what
 * they say. So for a proof equal bytes alone are equal layers, and others are read, which computes the diff id.
 */
function sharedOf(baseline: OpenedImage, candidate: OpenedImage, reach: Reach): number {
  const named = sharedLayers(baseline.config, candidate.config);
  if (reach !== 'proof') return named;
  const others = candidate.manifest.layers;
  const other = baseline.manifest.layers.findIndex(({ digest }, at) => digest !== others[at]?.digest);
  return other === -1 ? named : Math.min(named, other);
}

class BothSides {
  readonly #images: { readonly baseline: OpenedImage; readonly candidate: OpenedImage };
  readonly #reader: LayerReader;
  readonly #failed = new AbortController();

  constructor(
    images: { readonly baseline: OpenedImage; readonly candidate: OpenedImage },
    cache: LayerCache,
    signal: AbortSignal | undefined,
  ) {
    this.#images = images;
    const signals = signal === undefined ? [] : [signal];
    this.#reader = new LayerReader(cache, AbortSignal.any([this.#failed.signal, ...signals]));
  }

  get faults(): readonly string[] {
    return this.#reader.faults;
  }

  /** One side unpacks while the other one is hashed; where one fails, the other one ends. */
  async read(sharedUnread: number): Promise<[ExaminedContents, ExaminedContents]> {
    const { baseline, candidate } = this.#images;
    const reading = [
      imageContents(baseline, this.#reader, { sharedUnread, other: candidate }),
      imageContents(candidate, this.#reader, { sharedUnread, other: baseline }),
    ];
    try {
      const [from, to] = await Promise.all(reading);
      invariant(from !== undefined && to !== undefined, 'both sides were read');
      return [from, to];
    } catch (error) {
      this.#failed.abort();
      await Promise.allSettled(reading);
      throw error;
    }
  }
}

function described({ manifest, config }: OpenedImage): ExaminedImage {
  return { manifest: manifest.digest, config, annotations: manifest.annotations };
}
