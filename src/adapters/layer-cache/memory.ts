import type { LayerCache } from '../../ports/layer-cache.ts';

/** A cache that lasts as long as the process; also for machines on which nobody has a home. */
export class MemoryLayerCache implements LayerCache {
  readonly #kept = new Map<string, Uint8Array>();

  get(name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#kept.get(name));
  }

  put(name: string, pieces: Iterable<Uint8Array>): Promise<void> {
    this.#kept.set(name, Buffer.concat([...pieces]));
    return Promise.resolve();
  }

  remove(name: string): Promise<void> {
    this.#kept.delete(name);
    return Promise.resolve();
  }
}
