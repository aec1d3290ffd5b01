import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { isFailure, type FailureCode } from '../../base/failure.ts';
import { diskEditor } from './disk.ts';

async function fileOf(t: TestContext, text: string, mode: number): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-editor-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'file');
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

const failsWith =
  (code: FailureCode) =>
  (error: unknown): boolean =>
    isFailure(error, code);

test('a file is replaced and keeps its permissions', async (t) => {
  const file = await fileOf(t, 'old', 0o755);
  await diskEditor.replace(file, await diskEditor.read(file, 100), Buffer.from('new'));
  assert.equal(await readFile(file, 'utf8'), 'new');
  assert.equal((await stat(file)).mode & 0o777, 0o755);
});

test('a file that changed, that grew, or that is read-only stays', async (t) => {
  const file = await fileOf(t, 'old', 0o644);
  for (const before of ['odd', 'ol', 'older'])
    await assert.rejects(
      diskEditor.replace(file, Buffer.from(before), Buffer.from('x')),
      failsWith('file-changed'),
    );
  await assert.rejects(diskEditor.read(file, 2), failsWith('file-changed'));
  await chmod(file, 0o444);
  await assert.rejects(
    diskEditor.replace(file, Buffer.from('old'), Buffer.from('x')),
    failsWith('file-denied'),
  );
  assert.equal(await readFile(file, 'utf8'), 'old');
});

test('what is no file: gone, a link, a folder, a pipe', async (t) => {
  const file = await fileOf(t, 'old', 0o644);
  const folder = path.dirname(file);
  await symlink(file, path.join(folder, 'link'));
  await promisify(execFile)('mkfifo', [path.join(folder, 'pipe')]);
  await assert.rejects(diskEditor.read(path.join(folder, 'gone'), 9), failsWith('path-missing'));
  for (const name of ['link', '.', 'pipe'])
    await assert.rejects(diskEditor.read(path.join(folder, name), 9), failsWith('path-refused'), name);
});
