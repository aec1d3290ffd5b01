import assert from 'node:assert/strict';
import { constants } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { askCommand, readCommand, runCommand, streamCommand, type CommandSpec } from './command.ts';
import { Failure, isFailure, systemErrorCode } from './failure.ts';
import { compareFileNames } from './file-name.ts';
import { streamOf } from './stream.ts';
import { systemClock } from './system-clock.ts';

const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };

function shell(line: string, more: Partial<CommandSpec> = {}): CommandSpec {
  return { program: 'sh', args: ['-c', line], env, timeoutMs: 20_000, ...more };
}

function chunksOf(count: number, bytes: number): AsyncIterable<Uint8Array> {
  return streamOf(Array.from({ length: count }, () => Buffer.alloc(bytes, 'x')));
}

test('a program that ends: both outputs and the status come back', async () => {
  const result = await runCommand(shell('echo out; echo err >&2; exit 3'));
  assert.deepEqual(result, { status: 3, signal: undefined, stdout: 'out\n', stderr: 'err\n' });
});

test('a program sees only the environment that it was given', async () => {
  const { stdout } = await runCommand(shell('env', { env: { ...env, ONE: '1' } }));
  const names = stdout
    .trim()
    .split('\n')
    .map((line) => line.slice(0, line.indexOf('=')));
  assert.deepEqual(
    names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)).toSorted(compareFileNames),
    ['ONE', 'PATH'],
  );
});

test('a program that a signal ends: the signal is the answer', async () => {
  const result = await runCommand(shell('kill -9 $$'));
  assert.deepEqual([result.status, result.signal], [undefined, 'SIGKILL']);
});

test('a question to a program that fails: its complaint is in the failure', async () => {
  await assert.rejects(askCommand(shell('echo no such thing >&2; exit 4')), (error: unknown) => {
    assert.ok(isFailure(error, 'program-failed'));
    assert.match(error.message, /exit status 4: no such thing$/);
    return true;
  });
});

test('a program that is not installed: program-missing', async () => {
  const spec = { program: 'no-such-program', args: [], env, timeoutMs: 1_000 };
  await assert.rejects(runCommand(spec), (error: unknown) => isFailure(error, 'program-missing'));
  await assert.rejects(
    readCommand({ ...spec, stdin: chunksOf(3, 100) }, () => Promise.resolve(1)),
    (error: unknown) => isFailure(error, 'program-missing'),
  );
});

test('a working directory that is not there: path-missing', async () => {
  await assert.rejects(runCommand(shell('true', { cwd: '/no/such/folder' })), (error: unknown) =>
    isFailure(error, 'path-missing'),
  );
});

/** A shell that was ended before it opened the pipe leaves its reader waiting for a first writer. */
async function endWriters(pipe: string): Promise<void> {
  await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).then(
    (handle) => handle.close(),
    (error: unknown) => assert.equal(systemErrorCode(error), 'ENXIO'),
  );
}

test('a program that never ends: program-timeout, and its children are gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
  const pipe = join(folder, 'pipe');
  await runCommand(shell(`mkfifo '${pipe}'`));
  // It ends when nobody is left who could write.
  const heard = readFile(pipe, 'utf8');
  const running = runCommand(shell(`(sleep 20; echo alive) > '${pipe}' & wait`, { timeoutMs: 1_000 }));
  await assert.rejects(running, (error: unknown) => isFailure(error, 'program-timeout'));
  await endWriters(pipe);
  assert.equal(await heard, '');
  await rm(folder, { recursive: true });
});

test('a program that ignores SIGTERM is killed', async () => {
  const running = runCommand(
    shell(`trap '' TERM PIPE; while :; do sleep 1; done`, { timeoutMs: 200, stopMs: 100 }),
  );
  await assert.rejects(running, (error: unknown) => isFailure(error, 'program-timeout'));
});

test('an abort ends the program with the reason of the signal', async () => {
  const reason = new Failure('usage', 'enough');
  const signal = AbortSignal.abort(reason);
  await assert.rejects(runCommand(shell('true', { signal })), (error: unknown) => error === reason);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  await assert.rejects(runCommand(shell('sleep 300', { signal: controller.signal })), (error: unknown) =>
    isFailure(error, 'interrupted'),
  );
});

test('more output than allowed: program-output, and the program is ended', async () => {
  await assert.rejects(runCommand(shell('yes'), 100_000), (error: unknown) =>
    isFailure(error, 'program-output'),
  );
});

test('a sink that throws ends the program with its error', async () => {
  const error = new Error('no more');
  const running = streamCommand(shell('yes'), {
    stdout: () => {
      throw error;
    },
    stderr: () => undefined,
  });
  await assert.rejects(running, (thrown: unknown) => thrown === error);
});

test('a sink that is slow holds the program back', async () => {
  let waiting = 0;
  let most = 0;
  let bytes = 0;
  const end = await streamCommand(shell('head -c 3000000 /dev/zero'), {
    stdout: async (chunk) => {
      waiting += 1;
      most = Math.max(most, waiting);
      await systemClock.sleep(1);
      waiting -= 1;
      bytes += chunk.length;
    },
    stderr: () => undefined,
  });
  assert.deepEqual([end.status, most, bytes], [0, 1, 3_000_000]);
});

test('input is fed to its end and closed', async () => {
  assert.equal(await askCommand(shell('wc -c', { stdin: chunksOf(50, 100_000) })), '5000000\n');
  assert.equal(await askCommand(shell('wc -c')), '0\n');
});

test('a program that does not read its input to the end: its status is the answer', async () => {
  const result = await runCommand(
    shell('head -c 10 >/dev/null; exit 7', { stdin: chunksOf(1_000, 100_000) }),
  );
  assert.equal(result.status, 7);
});

test(
  'a program that ends while its input is stuck: nobody waits for the input',
  { timeout: 10_000 },
  async () => {
    async function* stuck(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('x');
      await Promise.withResolvers().promise;
    }
    assert.equal((await runCommand(shell('exit 5', { stdin: stuck() }))).status, 5);
  },
);

test('an input that breaks ends the program with its error', async () => {
  const error = new Failure('content-mismatch', 'other bytes');
  function* broken(): Generator<Uint8Array> {
    yield Buffer.alloc(100_000);
    throw error;
  }
  await assert.rejects(
    runCommand(shell('cat >/dev/null; sleep 300', { stdin: streamOf(broken()) })),
    (thrown: unknown) => thrown === error,
  );
});

test('a reader that stops early: the rest is thrown away and the program ends by itself', async () => {
  const reading = await readCommand(
    shell('head -c 1000000 /dev/zero; echo done >&2; exit 2'),
    async (stdout) => {
      for await (const chunk of stdout) return chunk.length;
      return 0;
    },
  );
  assert.deepEqual([reading.status, reading.stderr, reading.value > 0], [2, 'done\n', true]);
});

test('a reader that has read enough ends a program that would go on for ever', async () => {
  const reading = await readCommand(
    shell('yes'),
    async (stdout) => {
      for await (const chunk of stdout) return chunk.length > 0;
      return false;
    },
    'end',
  );
  assert.equal(reading.value, true);
});

test('a reader that reads all', async () => {
  const reading = await readCommand(shell('head -c 1000000 /dev/zero'), async (stdout) => {
    let bytes = 0;
    for await (const chunk of stdout) bytes += chunk.length;
    return bytes;
  });
  assert.deepEqual([reading.status, reading.value], [0, 1_000_000]);
});

test('a reader that throws ends the program with its error', async () => {
  const error = new Error('refused');
  const reading = readCommand(shell('yes'), async (stdout) => {
    for await (const _chunk of stdout) throw error;
  });
  await assert.rejects(reading, (thrown: unknown) => thrown === error);
});

test('a program cannot ask on the terminal', async () => {
  const result = await runCommand(shell('exec 2>/dev/null; (: </dev/tty) && echo terminal || echo none'));
  assert.equal(result.stdout, 'none\n');
});

test('a control sequence in a complaint is shown, not sent', async () => {
  await assert.rejects(askCommand(shell(`printf '\\033[2J' >&2; exit 1`)), /\\x1b\[2J$/);
});
