import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { LocalMachine } from './local.ts';
import { sampleEngine } from '../../../test/support/sample-engine.ts';

const machine = new LocalMachine({ env: { PATH: process.env['PATH'] ?? '' }, temporary: tmpdir() });

test('Node, git and free space are what they are here', async () => {
  assert.match(machine.node, /^\d+\.\d+\.\d+/);
  assert.match((await machine.git()) ?? '', /^\d+\.\d+/);
  assert.ok(((await machine.freeBytes(machine.temporary)) ?? 0) > 0);
});

test('what is not there is undefined, not an error', async () => {
  const bare = new LocalMachine({ env: { PATH: '/nonexistent' }, temporary: tmpdir() });
  assert.equal(await bare.git(), undefined);
  assert.equal(await machine.freeBytes('/nonexistent/folder'), undefined);
  assert.equal(await machine.changelog('no-such-package'), undefined);
  assert.equal(await machine.changelog('../../../etc/passwd'), undefined);
});

test('files are told from folders, through links', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-machine-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, 'file'), '');
  assert.deepEqual(
    await Promise.all(
      [
        folder,
        path.join(folder, 'file'),
        path.join(folder, 'gone'),
        path.join(folder, 'file/below'),
        '/dev/null',
      ].map((each) => machine.kindOf(each)),
    ),
    ['folder', 'file', 'nothing', 'nothing', 'other'],
  );
});

test('an engine that does not answer has no folder', async () => {
  assert.equal(await machine.engineRoot({ ...engine, program: '/nonexistent/docker' }), undefined);
  assert.equal(await machine.engineRoot({ ...engine, program: 'false' }), undefined);
  assert.equal(
    await machine.engineRoot({ ...engine, program: 'echo', globalArgs: ['C:\\docker'] }),
    undefined,
  );
  assert.equal(
    await machine.engineRoot({ ...engine, program: 'echo', globalArgs: ['/var/lib/x'] }),
    '/var/lib/x info --format {{.DockerRootDir}}',
  );
});

test('containers of ours are told line by line; an engine that does not answer has none', async () => {
  assert.deepEqual(await machine.ownContainers({ ...engine, program: 'false' }), []);
  assert.deepEqual(
    await machine.ownContainers({ ...engine, program: 'printf', globalArgs: ['a (Up)\nb\n'] }),
    ['a (Up)', 'b'],
  );
});

const engine = sampleEngine({ env: { PATH: process.env['PATH'] ?? '' } });
