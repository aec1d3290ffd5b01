import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemErrorCode } from './failure.ts';
import { replaceFile } from './replace-file.ts';

async function place(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-replace-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('a file is made, and replaced with its new mode; nothing else is left in the folder', async (t) => {
  const folder = await place(t);
  const file = path.join(folder, 'file');
  await replaceFile(file, 'one');
  await replaceFile(file, Buffer.from('two'), 0o750);
  assert.equal(await readFile(file, 'utf8'), 'two');
  assert.equal((await stat(file)).mode & 0o777, 0o750);
  assert.deepEqual(await readdir(folder), ['file']);
});

test('a link is replaced, and what it points at stays', async (t) => {
  const folder = await place(t);
  const [link, target] = [path.join(folder, 'link'), path.join(folder, 'target')];
  await writeFile(target, 'theirs');
  await symlink(target, link);
  await replaceFile(link, 'ours');
  assert.equal(await readFile(target, 'utf8'), 'theirs');
  assert.equal(await readFile(link, 'utf8'), 'ours');
});

test('what cannot be written leaves the old state', async (t) => {
  const folder = await place(t);
  await writeFile(path.join(folder, 'file'), '');
  for (const file of ['none/x', 'file/x', '.'])
    await assert.rejects(
      replaceFile(path.join(folder, file), 'x'),
      (error) => systemErrorCode(error) !== undefined,
    );
  assert.deepEqual(await readdir(folder), ['file']);
});
