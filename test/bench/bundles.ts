import { bundleIntoDocker } from './bundle-into-docker.ts';
import { bundleSeven } from './bundle-seven.ts';
import { withLayeredImages } from './layered-images.ts';
import type { Figure } from './measure.ts';
import { registryMount } from './registry-mount.ts';
import { registryPull } from './registry-pull.ts';

/** Images that travel, beside `docker save` and skopeo; all on one base, which takes a while to make. */
export function bundles(): Promise<readonly Figure[]> {
  return withLayeredImages(async (images) => {
    const figures: Figure[] = [];
    for (const measure of [bundleIntoDocker, bundleSeven, registryPull, registryMount])
      figures.push(...(await measure(images)));
    return figures;
  });
}
