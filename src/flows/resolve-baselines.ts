import { bundleDocument, formatBundle, type Bundle, type BundledBaseline } from '../model/bundle.ts';
import type { Config, ImageDefinition } from '../model/definition.ts';
import { formatReference } from '../model/reference.ts';
import { copyImage } from '../ports/copy.ts';
import type { Layout } from '../ports/layout.ts';
import { resolve } from '../stages/resolve/resolve.ts';
import { readBundle } from './open-bundle.ts';
import { selectByName } from './select.ts';
import type { Tools, Watching } from './tools.ts';

export interface ResolveOrder {
  readonly config: Config;
  /** Folder of the bundle. */
  readonly bundle: string;
}

/**
 * Looks up what the names of a bundle's images stand for, and puts those images into the bundle too, so that a gate
 * without any login can judge against a private baseline.
 */
export async function resolveBaselines(
  order: ResolveOrder,
  tools: Tools,
  watching: Watching,
): Promise<Bundle> {
  const layout = await tools.layouts.open(order.bundle);
  return layout.exclusively(async () => {
    const bundle = await readBundle(layout);
    const names = bundle.members.map(({ image }) => image);
    const images = selectByName(
      order.config.images,
      names,
      ({ name }) => name,
      `image in ${order.config.file}`,
    );
    const baselines: BundledBaseline[] = [];
    for (const image of images) baselines.push(await fetchBaseline(image, layout, tools, watching));
    const resolved: Bundle = { ...bundle, baselines };
    await layout.putDocument(bundleDocument, formatBundle(resolved));
    return resolved;
  });
}

async function fetchBaseline(
  image: ImageDefinition,
  layout: Layout,
  tools: Tools,
  { observe }: Watching,
): Promise<BundledBaseline> {
  const { registry, repository } = image.baseline;
  const from = tools.registries.open(registry, repository);
  const reference = formatReference(image.baseline);
  const { descriptor, lookedUpAt } = await resolve(image.baseline, { repository: from, clock: tools.clock });
  observe({ kind: 'resolved', image: image.name, reference, digest: descriptor?.digest });
  if (descriptor !== undefined) {
    observe({ kind: 'fetch-started', reference });
    await copyImage(from, layout, descriptor.digest, {
      onBlob: ({ digest, size }, result) => observe({ kind: 'blob-copied', digest, size, result }),
    });
  }
  return { image: image.name, reference, digest: descriptor?.digest, lookedUpAt };
}
