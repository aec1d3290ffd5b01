import { limits } from '../base/limits.ts';
import type { LayerCache } from '../ports/layer-cache.ts';

/**
 * What one proof read of layers, since images of one set share them; nothing that anybody else wrote is in it. What was not
 * used for longest goes first.
 * @param bytesMax of what is kept together
 */
export function proofCache(bytesMax: number = limits.proofCacheBytesMax): LayerCache {
  const kept = new Map<string, Uint8Array>();
  let bytesKept = 0;
  const take = (name: string): Uint8Array | undefined => {
    const bytes = kept.get(name);
    kept.delete(name);
    bytesKept -= bytes?.length ?? 0;
    return bytes;
  };
  const put = (name: string, bytes: Uint8Array): void => {
    take(name);
    if (bytes.length > bytesMax) return;
    kept.set(name, bytes);
    bytesKept += bytes.length;
    for (const [oldest] of kept) {
      if (bytesKept <= bytesMax) break;
      take(oldest);
    }
  };
  return {
    get: (name) => {
      const bytes = take(name);
      if (bytes !== undefined) put(name, bytes);
      return Promise.resolve(bytes);
    },
    put: (name, pieces) => {
      put(name, Buffer.concat([...pieces]));
      return Promise.resolve();
    },
    remove: (name) => {
      take(name);
      return Promise.resolve();
    },
  };
}
