import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { generateDocs } from '../../tools/generate-docs.ts';
import { main as makePictures } from '../../tools/pictures.ts';

test('the generator writes every reference page, and nothing else', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-docs-'));
  t.after(() => rm(folder, { recursive: true }));
  const names = await generateDocs(folder);
  assert.deepEqual((await readdir(folder)).toSorted(), names.toSorted());
});

test('pictures of nothing are refused', async () => {
  assert.notEqual(await makePictures(undefined).catch(() => 1), 0);
});
