import { limits } from '../base/limits.ts';
import type { Change } from '../model/change.ts';
import { comparisonName, formatChangeRecord, parseChangeRecord } from '../model/change-record.ts';
import { layerRecordVersion } from '../model/layer-record.ts';
import type { Digest } from '../model/digest.ts';
import { knownNoise, type NoiseRule } from '../model/noise.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import { packageReaders } from '../stages/examine/packages/readers.ts';
import { trying } from './trying.ts';

export interface AskedComparison {
  /** Manifests. */
  readonly baseline: Digest;
  readonly candidate: Digest;
  readonly reach: string;
  /** Beyond those that are always known. */
  readonly noise: readonly NoiseRule[];
}

/** The answer to one comparison, beside what was read of layers: asked again, it takes no look at them. */
export class KeptComparison {
  readonly #name: string;
  readonly #cache: LayerCache;
  readonly #faults = new Set<string>();

  constructor({ baseline, candidate, reach, noise }: AskedComparison, cache: LayerCache) {
    this.#cache = cache;
    this.#name = comparisonName({
      baseline,
      candidate,
      manner: [
        reach,
        layerRecordVersion,
        packageReaders.version,
        [...knownNoise, ...noise].map(({ name, paths, covers }) => [name, paths, { ...covers }]),
      ],
    });
  }

  get faults(): readonly string[] {
    return [...this.#faults];
  }

  async find(): Promise<Change | undefined> {
    const bytes = await trying(this.#faults, () => this.#cache.get(this.#name));
    if (bytes === undefined) return undefined;
    const change = parseChangeRecord(bytes);
    if (change === undefined) await trying(this.#faults, () => this.#cache.remove(this.#name));
    return change;
  }

  /** Layers that were not there are no property of the images: they may be there the next time. */
  async keep(change: Change): Promise<void> {
    const { files = [], unread = [] } = change.contents ?? {};
    if (unread.length > 0 || files.length > limits.comparisonFilesKeptMax) return;
    await trying(this.#faults, () => this.#cache.put(this.#name, [formatChangeRecord(change)]));
  }
}
