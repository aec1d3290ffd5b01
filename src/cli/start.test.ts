import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { failureOfRun, runCommandLine } from '../../test/support/command-line.ts';

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-start-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('compiled code is kept in the person’s own cache, and never where others may write', async (t) => {
  const cwd = await temporaryFolder(t);
  for (const folder of ['home', 'shared', 'caches']) await mkdir(path.join(cwd, folder));
  const words = ['bundle', 'verify', 'nowhere', '--json'] as const;
  const env = { HOME: path.join(cwd, 'home'), TMPDIR: path.join(cwd, 'shared'), XDG_CACHE_HOME: '' };
  failureOfRun(await runCommandLine(words, { cwd, env }), 'bundle-missing');
  assert.notDeepEqual(await readdir(path.join(cwd, 'home/.cache/lockkeeper')), []);
  const named = { ...env, HOME: '', XDG_CACHE_HOME: path.join(cwd, 'caches') };
  failureOfRun(await runCommandLine(words, { cwd, env: named }), 'bundle-missing');
  assert.deepEqual(await readdir(path.join(cwd, 'caches')), ['lockkeeper']);
  const nobody = { ...env, HOME: '' };
  failureOfRun(await runCommandLine(words, { cwd, env: nobody }), 'bundle-missing');
  assert.deepEqual(await readdir(path.join(cwd, 'shared')), []);
  assert.deepEqual((await readdir(cwd)).toSorted(), ['caches', 'home', 'shared']);
});

test('a TMPDIR that is no folder is a failure that names it', async (t) => {
  const cwd = await temporaryFolder(t);
  await writeFile(path.join(cwd, 'file'), '');
  const words = ['bundle', 'create', 'docker-daemon:x', '--out', 'b', '--json'] as const;
  for (const [name, code] of [
    ['file', 'file-error'],
    ['nowhere', 'path-missing'],
  ] as const) {
    const ended = await runCommandLine(words, { cwd, env: { TMPDIR: path.join(cwd, name) } });
    assert.match(failureOfRun(ended, code).message, new RegExp(path.join(cwd, name)));
  }
});
