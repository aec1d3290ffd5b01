import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import { Files, machineFiles, type FileSystem } from './files.ts';
import type { ProcessIdentity } from '../../base/process-table.ts';
import { holdingLock, type LockTools } from './lock.ts';

const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-lock-'));
after(() => rm(root, { recursive: true, force: true }));

const us: ProcessIdentity = { host: 'here', pid: 100, started: '5000' };
const lockFile = '.lockkeeper.lock';

interface Scene extends LockTools {
  readonly folder: string;
}

/** Processes of this machine by number, with when they started. */
async function scene(
  self: ProcessIdentity = us,
  processes: Readonly<Record<number, string>> = { 100: '5000' },
): Promise<Scene> {
  const folder = await mkdtemp(path.join(root, 'x'));
  return {
    folder,
    files: new Files(machineFiles, self.pid),
    self,
    startOf: (pid) => Promise.resolve(processes[pid]),
  };
}

const done = (): Promise<string> => Promise.resolve('done');

test('the lock is there during the work and gone after it, also when the work fails', async () => {
  const tools = await scene();
  const during = await holdingLock(tools.folder, tools, () => readdir(tools.folder));
  assert.deepEqual(during, [lockFile]);
  assert.deepEqual(await readdir(tools.folder), []);
  const broken = new RangeError('x');
  await assert.rejects(
    holdingLock(tools.folder, tools, () => Promise.reject(broken)),
    broken,
  );
  assert.deepEqual(await readdir(tools.folder), []);
});

test('a second one is told who is at work', async () => {
  const tools = await scene();
  await holdingLock(tools.folder, tools, async () => {
    const failure = await failureOf(holdingLock(tools.folder, tools, done));
    assert.equal(failure.code, 'bundle-busy');
    assert.match(failure.message, /Process 100 on here/);
    assert.match(failure.hint ?? '', /\.lockkeeper\.lock/);
  });
});

for (const [why, text, expected] of [
  ['of a process that is no more', '7\n1234\nhere\n', 'done'],
  ['of a process whose number somebody else has now', '8\n1234\nhere\n', 'done'],
  ['of our own number in an earlier life', '100\n4000\nhere\n', 'done'],
  ['of a process that lives', '9\n1234\nhere\n', 'bundle-busy'],
  ['of a process that lives on a system that tells no start', '9\n\nhere\n', 'bundle-busy'],
  ['of another machine', '7\n1234\nthere\n', 'bundle-busy'],
  ['that nobody can read', 'what', 'bundle-busy'],
  ['that is empty', '', 'bundle-busy'],
] as const) {
  test(`a lock ${why}: ${expected}`, async () => {
    const tools = await scene(us, { 100: '5000', 8: '9999', 9: '1234' });
    await writeFile(path.join(tools.folder, lockFile), text);
    const end = await holdingLock(tools.folder, tools, done).catch((error: unknown) =>
      error instanceof Error && 'code' in error ? error.code : error,
    );
    assert.equal(end, expected);
    assert.deepEqual(await readdir(tools.folder), expected === 'done' ? [] : [lockFile]);
  });
}

test('between our look at a dead lock and our taking it away, another took it away and works: it keeps its lock', async () => {
  const tools = await scene(us, { 100: '5000', 9: '1234' });
  const lock = path.join(tools.folder, lockFile);
  const fresh = '9\n1234\nhere\n';
  await writeFile(lock, '7\n1234\nhere\n');
  const overtaken: FileSystem = {
    ...machineFiles,
    async link(from, to) {
      await machineFiles.link(from, to);
      if (to === `${lock}.dead`) await writeFile(lock, fresh);
    },
  };
  const failure = await failureOf(
    holdingLock(tools.folder, { ...tools, files: new Files(overtaken, us.pid) }, done),
  );
  assert.equal(failure.code, 'bundle-busy');
  assert.equal(await readFile(lock, 'utf8'), fresh);
  assert.deepEqual(await readdir(tools.folder), [lockFile]);
});

test('one who died while it took a dead lock away is in nobody’s way', async () => {
  const tools = await scene();
  for (const name of [lockFile, `${lockFile}.dead`, `${lockFile}.dead.dead`])
    await writeFile(path.join(tools.folder, name), '7\n1234\nhere\n');
  assert.equal(await holdingLock(tools.folder, tools, done), 'done');
  assert.deepEqual(await readdir(tools.folder), []);
});

test('a dead lock that another takes away just now is not touched', async () => {
  const tools = await scene(us, { 100: '5000', 9: '1234' });
  await writeFile(path.join(tools.folder, lockFile), '7\n1234\nhere\n');
  await writeFile(path.join(tools.folder, `${lockFile}.dead`), '9\n1234\nhere\n');
  assert.equal((await failureOf(holdingLock(tools.folder, tools, done))).code, 'bundle-busy');
  assert.deepEqual(await readdir(tools.folder), [lockFile, `${lockFile}.dead`]);
});

test('of several that find a dead lock at the same time, one gets it at a time', async () => {
  const { folder } = await scene();
  await writeFile(path.join(folder, lockFile), '7\n1\nhere\n');
  const processes = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [200 + index, '1']));
  let atWork = 0;
  const contender = async (pid: number): Promise<string> => {
    const tools = await scene({ host: 'here', pid, started: '1' }, processes);
    return holdingLock(folder, tools, async () => {
      atWork += 1;
      assert.equal(atWork, 1);
      await wait(5);
      atWork -= 1;
      return 'worked';
    });
  };
  const ends = await Promise.allSettled(Object.keys(processes).map((pid) => contender(Number(pid))));
  const worked = ends.filter(({ status }) => status === 'fulfilled').length;
  assert.ok(worked >= 1);
  for (const end of ends) if (end.status === 'rejected') assert.match(String(end.reason), /works on/);
});
