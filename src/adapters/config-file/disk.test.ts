import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isFailure, type FailureCode } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { DiskConfigFiles } from './disk.ts';

const files = new DiskConfigFiles();

test('the nearest config up to the root of the repository is found', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(path.join(folder, 'repo/.git'), { recursive: true });
  await mkdir(path.join(folder, 'repo/a/b'), { recursive: true });
  assert.equal(await files.find(path.join(folder, 'repo/a/b')), undefined);
  await writeFile(path.join(folder, 'repo/lockkeeper.yaml'), 'x');
  assert.equal(await files.find(path.join(folder, 'repo/a/b')), path.join(folder, 'repo/lockkeeper.yaml'));
  await writeFile(path.join(folder, 'repo/a/lockkeeper.yaml'), 'x');
  assert.equal(await files.find(path.join(folder, 'repo/a/b')), path.join(folder, 'repo/a/lockkeeper.yaml'));
});

test('a config above the repository, or above a folder outside of one, is not taken', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(path.join(folder, 'lockkeeper.yaml'), 'x');
  await mkdir(path.join(folder, 'repo/.git'), { recursive: true });
  await mkdir(path.join(folder, 'plain'));
  assert.equal(await files.find(path.join(folder, 'repo')), undefined);
  assert.equal(await files.find(path.join(folder, 'plain')), undefined);
  assert.equal(await files.find(folder), path.join(folder, 'lockkeeper.yaml'));
});

test('a link in the place of the config is refused, whatever it points to', async (t) => {
  const folder = await temporaryFolder(t);
  await symlink('/etc/hostname', path.join(folder, 'lockkeeper.yaml'));
  await rejectsWith(files.find(folder), 'path-refused');
});

test('what is no text of bounded size is refused', async (t) => {
  const folder = await temporaryFolder(t);
  const at = (name: string): string => path.join(folder, name);
  execFileSync('mkfifo', [at('pipe')]);
  await writeFile(at('latin1'), Buffer.from([0x61, 0x3a, 0xe4]));
  await writeFile(at('large'), Buffer.alloc(limits.configBytesMax + 1, 'x'));
  await rejectsWith(files.read(at('missing')), 'config-missing');
  await rejectsWith(files.read(at('pipe')), 'path-refused');
  await rejectsWith(files.read(folder), 'path-refused');
  await rejectsWith(files.read('/dev/zero'), 'path-refused');
  await rejectsWith(files.read(at('latin1')), 'config-syntax');
  await rejectsWith(files.read(at('large')), 'config-syntax');
});

test('a config is written whole, never over another one unless it may be replaced', async (t) => {
  const folder = await temporaryFolder(t);
  const file = path.join(folder, 'lockkeeper.yaml');
  await files.write(file, 'ä: 1\n', { replace: false });
  await rejectsWith(files.write(file, 'b', { replace: false }), 'config-exists');
  assert.equal(await files.read(file), 'ä: 1\n');
  await files.write(file, 'c: 2\n', { replace: true });
  assert.equal(await readFile(file, 'utf8'), 'c: 2\n');
  assert.deepEqual(await readdir(folder), ['lockkeeper.yaml']);
});

test('where nothing can be written, nothing is left', async (t) => {
  const folder = await temporaryFolder(t);
  await rejectsWith(
    files.write(path.join(folder, 'gone/lockkeeper.yaml'), 'a', { replace: false }),
    'path-missing',
  );
  assert.deepEqual(await readdir(folder), []);
});

test('where a path leads: behind links, also where the rest is not there; a link to nowhere leads nowhere', async (t) => {
  const folder = await realpath(await temporaryFolder(t));
  const [real, link, lost] = [
    path.join(folder, 'real'),
    path.join(folder, 'link'),
    path.join(folder, 'lost'),
  ];
  await mkdir(real);
  await symlink(real, link);
  await symlink('gone', lost);
  assert.equal(await files.leadsTo(link), real);
  assert.equal(await files.leadsTo(path.join(link, 'not', 'there')), path.join(real, 'not', 'there'));
  assert.equal(await files.leadsTo(`${link}/../x`), path.join(folder, 'x'));
  assert.equal(await files.leadsTo(lost), undefined);
  assert.equal(await files.leadsTo(path.join(lost, 'deep')), undefined);
});

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-config-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function rejectsWith(promise: Promise<unknown>, code: FailureCode): Promise<void> {
  await assert.rejects(promise, (error) => isFailure(error, code));
}
