import { isFailure } from '../base/failure.ts';
import type { LayerCache } from '../ports/layer-cache.ts';

/** The same cache for those whom it may not stop: what cannot be read is not there, and what cannot be kept is not kept. */
export function forgiving(cache: LayerCache): Pick<LayerCache, 'get' | 'put'> {
  return {
    get: (name) => trying(() => cache.get(name)),
    put: (name, pieces) => trying(() => cache.put(name, pieces)),
  };
}

async function trying<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}
