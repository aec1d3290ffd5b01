import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delegate } from '../ports/delegate.ts';
import { pushLayers } from '../../test/support/layered-image.ts';
import { MemoryLayerCache } from '../adapters/layer-cache/memory.ts';
import { MemoryRepository } from '../adapters/registry/memory.ts';
import { Failure } from '../base/failure.ts';
import type { Digest } from '../model/digest.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Repository } from '../ports/repository.ts';
import { openImage } from './image-contents.ts';
import { remembered } from './remembered-repository.ts';

interface Looked {
  readonly digest: Digest;
  readonly inner: Repository;
  /** What the registry was asked so far. */
  readonly asked: readonly string[];
}

async function image(): Promise<Looked> {
  const memory = new MemoryRepository('memory');
  const digest = await pushLayers(memory, {
    layers: [[{ name: 'a', content: 'b' }]],
    settings: { Labels: { a: 'b' } },
  });
  const asked: string[] = [];
  const inner = delegate(memory, {
    manifest: (wanted) => {
      asked.push('manifest');
      return memory.manifest(wanted);
    },
    blob: (descriptor) => {
      asked.push('blob');
      return memory.blob(descriptor);
    },
  });
  return { digest, inner, asked };
}

const labels = async ({ digest, inner }: Looked, cache: LayerCache): Promise<unknown> =>
  (await openImage({ repository: remembered(inner, cache), manifest: digest })).config.labels;

test('an image that was looked at before is not asked for again, and layers are never kept', async () => {
  const looked = await image();
  const cache = new MemoryLayerCache();
  assert.deepEqual(await labels(looked, cache), { a: 'b' });
  assert.deepEqual(await labels(looked, cache), { a: 'b' });
  assert.deepEqual(looked.asked, ['manifest', 'blob']);
  const manifest = await looked.inner.manifest(looked.digest);
  const layer = manifest.kind === 'manifest' ? manifest.layers[0] : undefined;
  assert.ok(layer !== undefined);
  for (let count = 0; count < 2; count += 1)
    for await (const chunk of remembered(looked.inner, cache).blob(layer)) assert.ok(chunk.length > 0);
  assert.deepEqual(looked.asked.slice(2), ['manifest', 'blob', 'blob']);
});

const broken: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  empty: () => Buffer.alloc(0),
  'of another kind': () => Buffer.from('no manifest\n{}'),
  'cut off': (bytes) => bytes.subarray(0, -1),
  'with another label': (bytes) => Buffer.from(Buffer.from(bytes).toString().replace('"a":"b"', '"a":"c"')),
};

for (const [what, damage] of Object.entries(broken)) {
  test(`what was kept and is ${what} is asked for again`, async () => {
    const looked = await image();
    const cache = new MemoryLayerCache();
    await labels(looked, cache);
    const damaged: LayerCache = {
      get: async (name) => {
        const bytes = await cache.get(name);
        return bytes === undefined ? undefined : damage(bytes);
      },
      put: () => Promise.resolve(),
      remove: () => Promise.resolve(),
    };
    assert.deepEqual(await labels(looked, damaged), { a: 'b' });
    assert.ok(looked.asked.length > 2);
  });
}

test('a cache that cannot be used stops nobody', async () => {
  const looked = await image();
  const full = (): Promise<never> => Promise.reject(new Failure('disk-full', 'the disk is full'));
  assert.deepEqual(await labels(looked, { get: full, put: full, remove: full }), { a: 'b' });
});
