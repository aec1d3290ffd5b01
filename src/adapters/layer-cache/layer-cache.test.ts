import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { limits } from '../../base/limits.ts';
import type { LayerCache } from '../../ports/layer-cache.ts';
import { DiskLayerCache } from './disk.ts';
import { MemoryLayerCache } from './memory.ts';

const made: string[] = [];
after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

async function fresh(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-cache-'));
  made.push(folder);
  return path.join(folder, 'deep/layers');
}

const bytes = (text: string): readonly Buffer[] => [
  Buffer.from(text.slice(0, 1)),
  Buffer.from(text.slice(1)),
];
const text = async (cache: LayerCache, name: string): Promise<string | undefined> => {
  const kept = await cache.get(name);
  return kept === undefined ? undefined : Buffer.from(kept).toString();
};

for (const [kind, make] of Object.entries({
  disk: async (): Promise<LayerCache> => new DiskLayerCache(await fresh()),
  memory: (): Promise<LayerCache> => Promise.resolve(new MemoryLayerCache()),
})) {
  test(`${kind}: what is put is there until it is removed`, async () => {
    const cache = await make();
    assert.equal(await text(cache, 'a'), undefined);
    await cache.put('a', bytes('1'));
    await cache.put('a', bytes('2'));
    assert.equal(await text(cache, 'a'), '2');
    await cache.remove('a');
    await cache.remove('a');
    assert.equal(await text(cache, 'a'), undefined);
  });
}

test('what was damaged is found, taken away, and can be put again', async () => {
  const folder = await fresh();
  const cache = new DiskLayerCache(folder);
  for (const damage of [
    (whole: Buffer) => whole.subarray(0, -1),
    (whole: Buffer) => Buffer.concat([whole.subarray(0, 40), Buffer.from('x'), whole.subarray(41)]),
    () => Buffer.from('short'),
    () => Buffer.alloc(0),
  ]) {
    await cache.put('a', bytes('what was read of a layer'.repeat(10)));
    const file = path.join(folder, 'a');
    await writeFile(file, damage(await readFile(file)));
    assert.equal(await text(cache, 'a'), undefined);
    assert.deepEqual(await readdir(folder), []);
  }
});

test('what was not used for longest goes first, and the rest stays within the limit', async () => {
  const folder = await fresh();
  const cache = new DiskLayerCache(folder, 4_000);
  for (const [at, name] of ['old', 'used', 'young'].entries()) {
    await cache.put(name, [randomBytes(900)]);
    await utimes(path.join(folder, name), 1_000 + at, 1_000 + at);
  }
  await cache.get('old');
  for (const at of [1, 2]) await cache.put(`new${at}`, [randomBytes(900)]);
  const kept = await readdir(folder);
  assert.ok(kept.includes('old') && kept.includes('new2'), kept.join());
  assert.ok(!kept.includes('used'), kept.join());
});

test('what is too large to be read again is not kept, however it is packed', async () => {
  const folder = await fresh();
  const cache = new DiskLayerCache(folder);
  const piece = Buffer.alloc(1024 ** 2);
  const pieces = function* (): Generator<Buffer, void, undefined> {
    for (let size = 0; size <= limits.layerRecordBytesMax; size += piece.length) yield piece;
  };
  await cache.put('a', pieces());
  assert.equal(await text(cache, 'a'), undefined);
});

test('pieces that cannot be made are an error, and nothing is kept', async () => {
  const folder = await fresh();
  const cache = new DiskLayerCache(folder);
  const pieces = function* (): Generator<Buffer, void, undefined> {
    yield Buffer.from('1');
    throw new RangeError('no more');
  };
  await assert.rejects(cache.put('a', pieces()), RangeError);
  assert.equal(await text(cache, 'a'), undefined);
});

test('a link or a folder in the place of a file is not read', async () => {
  const folder = await fresh();
  await mkdir(path.join(folder, 'folder'), { recursive: true });
  await writeFile(path.join(folder, '../secret'), 'x'.repeat(100));
  await symlink('../secret', path.join(folder, 'link'));
  const cache = new DiskLayerCache(folder);
  await assert.rejects(cache.get('link'), { code: 'file-error' });
  await assert.rejects(cache.get('folder'));
});

test('a folder that cannot be written is a failure of the disk', async () => {
  const cache = new DiskLayerCache('/proc/lockkeeper');
  await assert.rejects(cache.put('a', bytes('1')));
  assert.equal(await text(cache, 'a'), undefined);
});
