import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { runAttached, type AttachedCommand } from './attached-command.ts';
import { isFailure } from './failure.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-attached-'));
after(() => rm(folder, { recursive: true, force: true }));

function run(program: string, args: readonly string[], more: Partial<AttachedCommand> = {}): Promise<number> {
  const env = { PATH: process.env['PATH'], WORD: 'said' };
  const signal = new AbortController().signal;
  return runAttached({ program, args, env, cwd: folder, output: 'stderr', signal, ...more });
}

test('it runs where and with what it was told, and its status is the answer', async () => {
  assert.equal(await run('sh', ['-c', 'echo "$WORD" > here; exit 7']), 7);
  assert.equal(await readFile(path.join(folder, 'here'), 'utf8'), 'said\n');
  assert.equal(await run('sh', ['-c', 'kill -9 $$']), 137);
});

test('it is ended when its person wants that, also before it has begun', async () => {
  const stop = new AbortController();
  const running = run('sleep', ['60'], { signal: stop.signal });
  stop.abort();
  assert.equal(await running, 143);
  assert.equal(await run('sleep', ['60'], { signal: stop.signal }), 143);
});

test('a program that is not there is missing, and one that cannot run has failed', async () => {
  await assert.rejects(run('no-such-program', []), (error) => isFailure(error, 'program-missing'));
  await assert.rejects(run(folder, []), (error) => isFailure(error, 'program-failed'));
});
