import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeFolder } from './make-folder.ts';

async function place(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-folder-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('a folder and those above it are made, and made twice is made once', async (t) => {
  const folder = path.join(await place(t), 'a/b/c');
  await makeFolder(folder, 0o700);
  await makeFolder(folder, 0o700);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
});

test('a file in the way is the operating system’s error', async (t) => {
  const file = path.join(await place(t), 'file');
  await writeFile(file, '');
  await assert.rejects(makeFolder(file), { code: 'EEXIST' });
  await assert.rejects(makeFolder(path.join(file, 'below')), { code: 'ENOTDIR' });
});

test('where no folders can be made it ends with an error, and soon', async () => {
  // Only Linux has such a place everywhere; elsewhere a missing root does.
  const nowhere = existsSync('/proc/self') ? '/proc/lockkeeper/a' : '/dev/null/a';
  await assert.rejects(makeFolder(nowhere));
});
