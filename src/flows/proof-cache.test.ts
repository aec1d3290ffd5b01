import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proofCache } from './proof-cache.ts';

test('a proof keeps what fits, and forgets what was not used for longest', async () => {
  const cache = proofCache(10);
  const has = async (...names: readonly string[]): Promise<readonly boolean[]> =>
    Promise.all(names.map(async (name) => (await cache.get(name)) !== undefined));
  await cache.put('a', [Buffer.alloc(4)]);
  await cache.put('b', [Buffer.alloc(4)]);
  await cache.put('a', [Buffer.alloc(5)]);
  await cache.put('c', [Buffer.alloc(5)]);
  assert.deepEqual(await has('b', 'c', 'a'), [false, true, true]);
  await cache.put('d', [Buffer.alloc(1)]);
  assert.deepEqual(await has('c', 'a', 'd'), [false, true, true]);
  await cache.put('a', [Buffer.alloc(11)]);
  assert.deepEqual(await has('a', 'd'), [false, true]);
  await cache.remove('d');
  await cache.put('e', [Buffer.alloc(10)]);
  assert.deepEqual(await has('d', 'e'), [false, true]);
});
