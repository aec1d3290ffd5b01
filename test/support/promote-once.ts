import { once } from 'node:events';
import process from 'node:process';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { DistributionRegistries } from '../../src/adapters/registry/distribution.ts';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { promotionDocument } from '../../src/model/promotion.ts';
import type { Layout } from '../../src/ports/layout.ts';
import type { Registries, Repository } from '../../src/ports/repository.ts';
import { promote } from '../../src/stages/promote/promote.ts';
import { movesOf, type Contender } from './promotion.ts';
import { delegate } from '../../src/ports/delegate.ts';

/**
 * A program: promotes a bundle, and dies by SIGKILL at the n-th effect, after it.
 * Arguments: folder of the bundle, n (0: never), and for each image its name, baseline reference and candidate's digest.
 */
async function main([folder = '', count = '0', ...images]: readonly string[]): Promise<void> {
  const layout = await diskLayouts.open(folder);
  const registries = new DistributionRegistries({
    credentials: noCredentials,
    clock: systemClock,
    random: Math.random,
  });
  const contenders: Contender[] = [];
  for (let at = 0; at < images.length; at += 4) {
    const [image = '', baselineReference = '', baseline, candidate = ''] = images.slice(at, at + 4);
    const [found, old] = [await layout.resolve(candidate), await layout.resolve(baseline ?? '')];
    if (found === undefined || old === undefined)
      throw new Error(`the bundle lacks ${candidate} or ${baseline}`);
    contenders.push({
      image,
      baselineReference,
      baseline: old.digest,
      candidate: await layout.manifest(found.digest),
    });
  }
  let left = Number(count);
  const effect = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    left -= 1;
    if (left === 0) {
      process.kill(process.pid, 'SIGKILL');
      // The signal arrives when it arrives; nothing more happens here.
      await once(process, 'never');
    }
    return result;
  };
  const moves = movesOf(contenders);
  await promote(
    {
      layout: watchedLayout(layout, effect),
      registries: watchedRegistries(registries, effect),
      moves,
      set: 'set-1',
      clock: systemClock,
    },
    () => undefined,
  );
  process.stdout.write(`${Number(count) - left}\n`);
  await registries.close();
}

type Effect = <T>(work: Promise<T>) => Promise<T>;

function watchedLayout(inner: Layout, effect: Effect): Layout {
  return {
    ...watched(inner, effect),
    path: inner.path,
    document: (name) => inner.document(name),
    putDocument: (name, bytes) =>
      name === promotionDocument ? effect(inner.putDocument(name, bytes)) : inner.putDocument(name, bytes),
    entries: () => inner.entries(),
    removeUnnamed: () => inner.removeUnnamed(),
    exclusively: (work) => inner.exclusively(work),
  };
}

function watchedRegistries(inner: Registries, effect: Effect): Registries {
  return { open: (registry, repository) => watched(inner.open(registry, repository), effect) };
}

function watched(inner: Repository, effect: Effect): Repository {
  return delegate(inner, {
    putBlob: (descriptor, open, options) => effect(inner.putBlob(descriptor, open, options)),
    putManifest: (manifest, tag) => effect(inner.putManifest(manifest, tag)),
  });
}

await main(process.argv.slice(2));
