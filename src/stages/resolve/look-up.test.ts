import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { delegate } from '../../ports/delegate.ts';
import { sampleImage, storeImage } from '../../../test/support/sample-images.ts';
import { MemoryRegistries, MemoryRepository } from '../../adapters/registry/memory.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { parseReference, type Reference } from '../../model/reference.ts';
import type { Registries, Repository } from '../../ports/repository.ts';
import { lookUpAll, lookUpKey } from './look-up.ts';

const names = (...texts: readonly string[]): readonly Reference[] =>
  texts.map((text) => parseReference(text));

/** Registries that are asked through `around`; counts what is asked. */
function registriesAround(
  inner: Registries,
  around: (place: string, selector: string) => Promise<void> | void,
): { readonly registries: Registries; readonly asked: string[] } {
  const asked: string[] = [];
  const open = (registry: string, path: string): Repository => {
    const repository = inner.open(registry, path);
    const resolve = async (selector: string): ReturnType<Repository['resolve']> => {
      asked.push(`${registry}/${path} ${selector}`);
      await around(`${registry}/${path}`, selector);
      return repository.resolve(selector);
    };
    return delegate(repository, { resolve });
  };
  return { registries: { open }, asked };
}

test('each distinct name is asked for once, however it is written; the answers are by its key', async () => {
  const inner = new MemoryRegistries();
  const image = sampleImage();
  const repository = inner.open('docker.io', 'library/node');
  assert.ok(repository instanceof MemoryRepository);
  await storeImage(repository, image);
  await repository.putManifest(image.manifest, 'latest');
  const { registries, asked } = registriesAround(inner, () => undefined);
  const pinned = `node:22@${image.manifest.digest}`;
  const references = names(
    'node',
    'node:latest',
    'docker.io/library/node',
    'node:gone',
    pinned,
    pinned.replace(':22', ''),
  );
  const answers = await lookUpAll(references, { registries });
  assert.deepEqual(asked.toSorted(), [
    'docker.io/library/node gone',
    'docker.io/library/node latest',
    `docker.io/library/node ${image.manifest.digest}`,
  ]);
  const kinds = references.map((reference) => answers.get(lookUpKey(reference))?.kind);
  assert.deepEqual(kinds, ['found', 'found', 'found', 'absent', 'found', 'found']);
});

test('a registry that fails is an answer, and the others are asked', async () => {
  const { registries } = registriesAround(new MemoryRegistries(), (place) => {
    if (place.startsWith('down')) throw new Failure('registry-unreachable', 'no route');
  });
  const answers = await lookUpAll(names('down.example/a', 'up.example/a'), { registries });
  const down = answers.get('down.example/a:latest');
  assert.equal(down?.kind === 'failed' ? down.failure.code : down, 'registry-unreachable');
  assert.deepEqual(answers.get('up.example/a:latest'), { kind: 'absent' });
});

test('a bounded number of questions at once to one registry, and all registries at the same time', async () => {
  const open = new Map<string, number>();
  let [most, registriesAtOnce] = [0, 0];
  const { registries } = registriesAround(new MemoryRegistries(), async (place) => {
    const host = place.split('/')[0] ?? '';
    open.set(host, (open.get(host) ?? 0) + 1);
    most = Math.max(most, open.get(host) ?? 0);
    registriesAtOnce = Math.max(registriesAtOnce, [...open.values()].filter((count) => count > 0).length);
    await turn();
    open.set(host, (open.get(host) ?? 0) - 1);
  });
  const many = ['a.example', 'b.example'].flatMap((host) =>
    Array.from({ length: 50 }, (_, index) => `${host}/x:${index}`),
  );
  assert.equal((await lookUpAll(names(...many), { registries })).size, 100);
  assert.equal(most, limits.lookUpsAtOnceMax);
  assert.equal(registriesAtOnce, 2);
});

test('an interruption is no answer', async () => {
  const { registries } = registriesAround(new MemoryRegistries(), () => {
    throw new Failure('interrupted', 'Ctrl-C');
  });
  await assert.rejects(lookUpAll(names('a.example/a'), { registries }), /Ctrl-C/);
});
