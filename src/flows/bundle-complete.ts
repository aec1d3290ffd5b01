import { isFailure, type Failure } from '../base/failure.ts';
import { throwIfInterrupted } from '../base/interruption.ts';
import { limits } from '../base/limits.ts';
import { eachInParallel } from '../base/parallel.ts';
import { bundleDocument, formatBundle, type Bundle, type LeftOut } from '../model/bundle.ts';
import type { Layout } from '../ports/layout.ts';
import { nowhere, placesOf } from './left-out-places.ts';
import { readBundle } from './open-bundle.ts';
import type { Tools, Watching } from './tools.ts';

export interface CompleteOrder {
  /** Folder of the bundle. */
  readonly bundle: string;
  /** Layouts, bundles or archives to look in first: a restored cache, a bundle that was not thin. */
  readonly from: readonly string[];
}

/**
 * Fetches what was left out, by digest, and verifies it on its way. What is there already is not fetched again, so a run
 * that was killed is gone on with. The document stops listing a layer only when all of them are there.
 * @throws Failure `blob-missing` when a layer cannot be had anywhere, and what the last place that was asked said
 */
export async function completeBundle(
  order: CompleteOrder,
  tools: Tools,
  watching: Watching,
): Promise<Bundle> {
  const layout = await tools.layouts.open(order.bundle);
  return layout.exclusively(async () => {
    const bundle = await readBundle(layout);
    const near: Layout[] = [];
    for (const place of order.from) near.push(await tools.layouts.open(place));
    await eachInParallel(bundle.leftOut, limits.transfersAtOnceMax, async (layer) => {
      throwIfInterrupted(watching.signal);
      await fetchLayer(layer, { layout, near, tools, watching });
    });
    const whole: Bundle = { ...bundle, leftOut: [] };
    if (bundle.leftOut.length > 0) await layout.putDocument(bundleDocument, formatBundle(whole));
    return whole;
  });
}

interface Completing {
  readonly layout: Layout;
  readonly near: readonly Layout[];
  readonly tools: Tools;
  readonly watching: Watching;
}

async function fetchLayer(layer: LeftOut, { layout, near, tools, watching }: Completing): Promise<void> {
  const { digest, size } = layer;
  if (await layout.hasBlob(digest)) {
    watching.observe({ kind: 'blob-copied', digest, size, result: 'present' });
    return;
  }
  const troubles: Failure[] = [];
  for (const from of placesOf(layer, { near, registries: tools.registries })) {
    try {
      if (!(await from.hasBlob(digest))) continue;
      const result = await layout.putBlob(layer, () => from.blob(layer));
      watching.observe({ kind: 'blob-copied', digest, size, result });
      return;
    } catch (error) {
      // Another place may have it; what is wrong on our own side stays wrong.
      if (!isFailure(error) || isFailure(error, 'disk-full', 'file-denied', 'file-error', 'interrupted'))
        throw error;
      troubles.push(error);
    }
  }
  throw nowhere(layer, layout.path, troubles);
}
