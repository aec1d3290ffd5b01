import path from 'node:path';
import { DiskLayerCache } from '../adapters/layer-cache/disk.ts';
import { MemoryLayerCache } from '../adapters/layer-cache/memory.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { ShellEnvironment } from './environment.ts';

/** In the person's own cache folder (XDG Base Directory Specification); who has no home keeps nothing. */
export function layerCacheOf(environment: ShellEnvironment): LayerCache {
  const named = environment['XDG_CACHE_HOME'] ?? '';
  const home = environment['HOME'] ?? '';
  // A relative path is to be taken for none, the specification says.
  if (path.isAbsolute(named)) return new DiskLayerCache(path.join(named, 'lockkeeper', 'layers'));
  if (path.isAbsolute(home)) return new DiskLayerCache(path.join(home, '.cache', 'lockkeeper', 'layers'));
  return new MemoryLayerCache();
}
