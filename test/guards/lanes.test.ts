import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { longFiles, longFirst, runInLanes, type Lane } from '../../tools/lanes.ts';

const withPodman: Lane = { env: { DOCKER_HOST: 'first' }, hasPodman: true };
const without: Lane = { env: { DOCKER_HOST: 'second' }, hasPodman: false };
const never = new AbortController().signal;
const usesPodman = (file: string): boolean => file.startsWith('podman');

interface Ran {
  readonly file: string;
  readonly lane: Lane;
}

test('each file runs once, two at a time, and those with podman in the one lane that has it', async () => {
  const files = ['a', 'podman 1', 'b', 'podman 2', 'c', 'd'];
  const running = new Map<Lane, string>();
  let most = 0;
  const run = async (file: string, lane: Lane): Promise<Ran> => {
    assert.ok(!running.has(lane), `${file} runs beside ${running.get(lane)} in one lane`);
    running.set(lane, file);
    most = Math.max(most, running.size);
    await turn();
    running.delete(lane);
    return { file, lane };
  };
  const { ends, left } = await runInLanes([withPodman, without], files, { usesPodman, run, signal: never });
  assert.deepEqual(left, []);
  assert.deepEqual(ends.map(({ file }) => file).toSorted(), files.toSorted());
  assert.ok(ends.every(({ file, lane }) => lane.hasPodman || !usesPodman(file)));
  assert.equal(most, 2);
});

test('a lane that has done what only it may do helps the other one', async () => {
  const slow = Promise.withResolvers<undefined>();
  const run = async (file: string, lane: Lane): Promise<Ran> => {
    if (file === 'slow') await slow.promise;
    if (file === 'last') slow.resolve(undefined);
    return { file, lane };
  };
  const files = ['slow', 'podman', 'other', 'last'];
  const { ends } = await runInLanes([withPodman, without], files, { usesPodman, run, signal: never });
  assert.deepEqual(
    ends.map(({ file, lane }) => [file, lane.hasPodman]),
    [
      ['podman', true],
      ['other', true],
      ['last', true],
      ['slow', false],
    ],
  );
});

test('after an interruption no file is begun, and those that were not are named', async () => {
  const interruption = new AbortController();
  const run = (file: string): Promise<string> => {
    if (file === 'b') interruption.abort();
    return Promise.resolve(file);
  };
  const { signal } = interruption;
  const { ends, left } = await runInLanes([withPodman], ['a', 'b', 'c'], { usesPodman, run, signal });
  assert.deepEqual([ends, left], [['a', 'b'], ['c']]);
});

test('files with podman and no lane that has it are not lost', async () => {
  const run = (file: string): Promise<string> => Promise.resolve(file);
  const { ends, left } = await runInLanes([without], ['podman', 'a'], { usesPodman, run, signal: never });
  assert.deepEqual([ends, left], [['a'], ['podman']]);
});

test('the files that take long are there, and go first; none is lost by that', () => {
  const [some = '', ...others] = longFiles;
  for (const file of longFiles) assert.ok(existsSync(file), file);
  assert.deepEqual(longFirst(['a', ...others, 'b', some]), [...longFiles, 'a', 'b']);
  assert.deepEqual(longFirst(['a', some, 'b']), [some, 'a', 'b']);
});
