import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
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

test('a new finder is a file that works and the repository of its test, and never over another one', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-new-finder-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const below of ['src/stages/scan/finders', 'test/support/scan'])
    await mkdir(path.join(folder, below), { recursive: true });
  const make = (...words: readonly string[]): number | null =>
    spawnSync(process.execPath, [path.resolve('tools/new-finder.ts'), ...words], { cwd: folder }).status;
  assert.equal(make('my-ci'), 0);
  const made = await readFile(path.join(folder, 'src/stages/scan/finders/my-ci.ts'), 'utf8');
  assert.match(made, /export const myCi\b/);
  assert.doesNotMatch(made, /NAME|IDENTIFIER/);
  assert.deepEqual(await readdir(path.join(folder, 'test/support/scan')), ['my-ci.txt']);
  assert.equal(make('my-ci'), 2);
  assert.equal(make('../evil'), 2);
  assert.equal(make(), 2);
});
