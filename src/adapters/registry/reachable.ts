import { limits } from '../../base/limits.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { isIndexType, isManifestType } from '../../model/media-type.ts';

/** All that these entries lead to: manifests, configs and layers, there or not. */
export async function reachableFrom(
  entries: readonly Descriptor[],
  read: (descriptor: Descriptor) => Promise<Manifest>,
): Promise<ReadonlySet<Digest>> {
  const found = new Set<Digest>();
  const walk = async (descriptor: Descriptor, depth: number): Promise<void> => {
    if (found.has(descriptor.digest)) return;
    found.add(descriptor.digest);
    if (depth > limits.indexDepthMax) return;
    if (!isIndexType(descriptor.mediaType) && !isManifestType(descriptor.mediaType)) return;
    const manifest = await read(descriptor);
    if (manifest.kind === 'index') for (const child of manifest.manifests) await walk(child, depth + 1);
    else for (const { digest } of [manifest.config, ...manifest.layers]) found.add(digest);
  };
  for (const entry of entries) await walk(entry, 0);
  return found;
}
