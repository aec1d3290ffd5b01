import path from 'node:path';
import { FileLayouts } from '../../src/adapters/registry/layout.ts';
import type { FileSystem } from '../../src/adapters/registry/files.ts';
import { MemoryRegistries } from '../../src/adapters/registry/memory.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { completeBundle } from '../../src/flows/bundle-complete.ts';
import { createBundle } from '../../src/flows/bundle-create.ts';
import { mergeBundles } from '../../src/flows/bundle-merge.ts';
import type { Tools, Watching } from '../../src/flows/tools.ts';
import { digestOf } from '../../src/model/digest.ts';
import { parseImageSource, parseWantedImage } from '../../src/model/image-source.ts';
import { sampleBlob, sampleImage, sampleIndex, storeImage, type SampleImage } from './sample-images.ts';

/** Commands on bundles that write, each with all that it needs below one folder, and no registry. */
export const bundleWorks = ['create', 'create-tar', 'merge', 'complete'] as const;
export type BundleWork = (typeof bundleWorks)[number];

const createdAt = '2026-11-21T00:00:00.000Z';

/** What these commands start from: always the same. */
export async function prepareWorks(folder: string): Promise<void> {
  const layouts = new FileLayouts();
  const at = (name: string): string => path.join(folder, name);
  const base = sampleBlob('the base, in some layers');
  const image = (text: string, architecture: string): SampleImage => {
    const layers = [base, sampleBlob(text)];
    return sampleImage(
      layers,
      architecture,
      layers.map(({ bytes }) => digestOf(bytes)),
      'the same',
    );
  };
  const source = await layouts.openOrCreate(at('source'));
  await storeImage(source, sampleImage([base], 'amd64', [base.descriptor.digest], 'the same'), 'base');
  const [left, right] = [image('left', 'amd64'), image('right', 'arm64')];
  for (const each of [left, right]) await storeImage(source, each);
  await source.putManifest(left.manifest, 'left');
  await source.putManifest(right.manifest, 'right');
  await source.putManifest(sampleIndex([left, right]), 'both');
  const tools = toolsOf(layouts);
  const order = { cacheKey: undefined, commit: undefined, createdAt, thinAgainst: [] };
  for (const tag of ['left', 'right']) {
    const images = [parseWantedImage(`ci=oci:${at('source')}:${tag}`)];
    await createBundle({ ...order, images, out: at(tag) }, tools, quiet);
  }
  const images = [parseWantedImage(`ci=oci:${at('source')}:both`)];
  const thinAgainst = [parseImageSource(`oci:${at('source')}:base`)];
  await createBundle({ ...order, images, out: at('thin'), thinAgainst }, tools, quiet);
}

/** What a command leaves at its place. */
export function placeOf(work: BundleWork): string {
  return { create: 'created', 'create-tar': 'created.tar', merge: 'merged', complete: 'thin' }[work];
}

/** Runs one of them, on a file system that may be made to fail. */
export async function doWork(work: BundleWork, folder: string, files?: FileSystem): Promise<void> {
  const layouts = new FileLayouts(files);
  const tools = toolsOf(layouts);
  const at = (name: string): string => path.join(folder, name);
  const out = at(placeOf(work));
  switch (work) {
    case 'create':
    case 'create-tar': {
      const images = [parseWantedImage(`ci=oci:${at('source')}:both`)];
      const thinAgainst = [parseImageSource(`oci:${at('source')}:base`)];
      const order = { images, out, thinAgainst, cacheKey: undefined, commit: undefined, createdAt };
      await createBundle(order, tools, quiet);
      return;
    }
    case 'merge': {
      const bundles = [at('left'), at('right')];
      await mergeBundles({ bundles, out, platforms: [], anyCommit: false, createdAt }, tools, quiet);
      return;
    }
    case 'complete':
      await completeBundle({ bundle: out, from: [at('source')] }, tools, quiet);
  }
}

const quiet: Watching = { observe: () => undefined, signal: undefined };

function toolsOf(layouts: FileLayouts): Tools {
  const none = (): never => {
    throw new Error('these commands ask no engine');
  };
  return {
    engines: { find: none, examine: none },
    builderOf: none,
    exporterOf: none,
    loaderOf: none,
    runnerOf: none,
    layerCache: { get: none, put: none, remove: none },
    ledgers: { open: none },
    registries: new MemoryRegistries(),
    layouts,
    worktrees: { open: none, digestOf: none },
    configFiles: { find: none, read: none, leadsTo: none, write: none },
    clock: systemClock,
    newId: none,
  };
}
