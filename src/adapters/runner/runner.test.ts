import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import { isFailure } from '../../base/failure.ts';
import { streamOf } from '../../base/stream.ts';
import { systemClock } from '../../base/system-clock.ts';
import { digestOf } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import type { ContainerSpec, Runner, SourceFile } from '../../ports/runner.ts';
import { createRunner } from './runner.ts';
import { literalSteps } from './collect.ts';
import { sampleEngine } from '../../../test/support/sample-engine.ts';

/** An engine whose sub-commands are these lines of shell; those that are not named succeed without a word. */
interface Script {
  readonly create?: string;
  readonly start?: string;
  readonly container?: string;
  readonly image?: string;
  readonly cp?: string;
  readonly kill?: string;
  readonly rm?: string;
}

interface Scripted {
  readonly runner: Runner;
  readonly engine: Engine;
  /** The calls so far, by their arguments. */
  readonly calls: () => Promise<readonly string[]>;
}

/** A hundred times as fast as the wall clock. */
const fastClock: Clock = {
  ...systemClock,
  monotonicMs: () => systemClock.monotonicMs() * 100,
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};

const ended = (exitCode: number, more: object = {}): string =>
  `printf '%s' '${JSON.stringify([{ State: { ExitCode: exitCode, StartedAt: '2026-01-01T00:00:00Z', Running: false, ...more }, SizeRw: 10 }])}'`;

async function scripted(
  t: TestContext,
  script: Script,
  clock: Clock = fastClock,
  more: Partial<Engine> = {},
): Promise<Scripted> {
  const folder = await mkdtemp(join(tmpdir(), 'lockkeeper-'));
  t.after(() => rm(folder, { recursive: true }));
  const lines: Script = { container: ended(0), image: `printf '[{"Config":{"User":""}}]'`, ...script };
  const cases = Object.entries(lines).map(([name, line]) => `${name}) ${String(line)};;`);
  const program = join(folder, 'engine');
  const log = join(folder, 'calls');
  await appendFile(log, '');
  await writeFile(
    program,
    `#!/bin/sh\nprintf '%s\\n' "$*" >> "${log}"\nDIR="${folder}"\ncase "$1" in\n${cases.join('\n')}\nesac\n`,
    { mode: 0o755 },
  );
  const engine = sampleEngine({ program, createArgs: ['--ulimit', 'nofile=1:1'], ...more });
  const calls = async (): Promise<readonly string[]> => (await readFile(log, 'utf8')).trim().split('\n');
  return { runner: createRunner(engine, { clock }), engine, calls };
}

const image = { id: digestOf('image'), manifest: digestOf('manifest'), fresh: false, sent: [] };

function spec(more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    image,
    command: { kind: 'shell', line: 'make test' },
    env: { A: 'b' },
    workdir: '/',
    user: undefined,
    network: 'none',
    limits: { timeoutMs: 60_000, memoryBytes: 1_000, cpus: 8, pids: 7, diskBytes: 1_000 },
    source: undefined,
    results: { kind: 'nothing' },
    ...more,
  };
}

test('a container is created with all its bounds, started and removed: four calls, and one more for an image that is new', async (t) => {
  const { runner, calls } = await scripted(
    t,
    { start: 'echo hello; exit 4', container: ended(4) },
    systemClock,
  );
  const run = await runner.run(spec());
  assert.deepEqual([run.end, run.output.head], [{ kind: 'exited', status: 4 }, 'hello\n']);
  await runner.run(spec());
  const all = (await calls()).map((call) => call.replaceAll(/lockkeeper-[0-9a-f-]{36}/g, 'NAME'));
  assert.deepEqual(
    all.filter((call) => call.startsWith('create')),
    Array.from(
      { length: 2 },
      () =>
        `create --name NAME --label dev.lockkeeper.container=NAME --pull never --cap-drop ALL --security-opt no-new-privileges --log-driver none --memory 1000 --memory-swap 1000 --cpus 2 --pids-limit 7 --network none --ulimit nofile=1:1 --workdir / --env A=b --entrypoint sh ${image.id} -c make test`,
    ),
  );
  assert.deepEqual(
    all.slice(-4).map((call) => call.split(' ', 1)[0]),
    ['create', 'start', 'container', 'rm'],
  );
  assert.equal(all.length, 9);
});

test('bounds that the machine cannot enforce are not asked for, nor the network kept away where it is wanted', async (t) => {
  const { runner, calls } = await scripted(t, {}, fastClock, {
    limits: { memory: false, cpus: false, pids: false },
  });
  await runner.run(
    spec({ network: 'default', user: '1:2', command: { kind: 'argv', argv: ['./run', 'a b'] } }),
  );
  const create = (await calls()).find((call) => call.startsWith('create')) ?? '';
  assert.doesNotMatch(create, /--(?:memory|cpus|pids-limit|network)\b/);
  assert.match(create, / --user 1:2 .*--entrypoint \.\/run sha256:[0-9a-f]{64} a b$/);
});

test('podman takes the program as JSON, keeps volumes of the image out and knows its own options', async (t) => {
  const { runner, calls } = await scripted(t, {}, fastClock, {
    kind: 'podman',
    globalArgs: ['--runtime', 'runc'],
  });
  await runner.run(spec());
  const create = (await calls()).find((call) => call.includes('create')) ?? '';
  assert.match(create, /^--runtime runc create .*--image-volume ignore .*--entrypoint \["sh"\] sha256/);
});

test('an engine that refuses to create: engine-error with its words, and nothing is started', async (t) => {
  const { runner, calls } = await scripted(t, { create: 'echo no space >&2; exit 1' });
  assert.deepEqual((await runner.run(spec())).end, { kind: 'engine-error', message: 'no space' });
  assert.deepEqual(
    (await calls()).filter((call) => call.startsWith('start')),
    [],
  );
});

test('a daemon that dies while the suite runs: engine-error, with what was written before', async (t) => {
  const { runner } = await scripted(t, {
    start: 'echo begun; echo unexpected EOF >&2; exit 1',
    container: 'exit 1',
    rm: 'exit 1',
  });
  const run = await runner.run(spec());
  assert.deepEqual(run.end, {
    kind: 'engine-error',
    message: 'the engine lost the container: unexpected EOF',
  });
  assert.match(run.output.head, /begun/);
});

test('an engine whose program disappears: engine-error, not an exception', async (t) => {
  const { runner } = await scripted(t, { start: 'rm "$0"' });
  assert.equal((await runner.run(spec())).end.kind, 'engine-error');
});

test('a container that cannot be removed: tried three times, then engine-error with its name', async (t) => {
  const { runner, calls } = await scripted(t, { rm: 'echo busy >&2; exit 1' });
  const { end } = await runner.run(spec());
  assert.ok(end.kind === 'engine-error');
  assert.match(end.message, /^container lockkeeper-[0-9a-f-]{36} cannot be removed: busy$/);
  assert.equal((await calls()).filter((call) => call.startsWith('rm --force --volumes')).length, 3);
});

test('a container that can be removed only the second time is removed', async (t) => {
  const { runner } = await scripted(t, { rm: '[ -e "$DIR/second" ] || { : > "$DIR/second"; exit 1; }' });
  assert.deepEqual((await runner.run(spec())).end, { kind: 'exited', status: 0 });
});

test('a suite whose time is over is killed, and its end is believed only after that', async (t) => {
  const { runner, calls } = await scripted(t, {
    start: 'while [ ! -e "$DIR/killed" ]; do sleep 0.02; done; exit 137',
    kill: ': > "$DIR/killed"',
    container: ended(137),
  });
  const run = await runner.run(spec({ limits: { ...spec().limits, timeoutMs: 2_000 } }));
  assert.deepEqual(run.end, { kind: 'timed-out', afterMs: 2_000 });
  assert.equal((await calls()).filter((call) => call.startsWith('kill')).length, 1);
});

test('podman is started from a folder of its own, where a note of its watcher is found and taken away', async (t) => {
  const start = ': > oom; pwd > "$DIR/started-in"; exit 3';
  const podman = await scripted(t, { start, container: ended(3) }, fastClock, { kind: 'podman' });
  assert.deepEqual((await podman.runner.run(spec())).end, { kind: 'out-of-memory', bytesMax: 1_000 });
  const folder = (await readFile(join(podman.engine.program, '..', 'started-in'), 'utf8')).trim();
  assert.notEqual(folder, process.cwd());
  await assert.rejects(readdir(folder), { code: 'ENOENT' });
  const quiet = await scripted(t, { start: 'exit 3', container: ended(3) }, fastClock, { kind: 'podman' });
  assert.deepEqual((await quiet.runner.run(spec())).end, { kind: 'exited', status: 3 });
});

test('podman copies files in with a folder of its own for what it leaves of them', async (t) => {
  const cp = 'cat > "$TMPDIR/archive"; printf %s "$TMPDIR" > "$DIR/copied-by"';
  const podman = await scripted(t, { cp }, fastClock, { kind: 'podman' });
  const files = (): AsyncIterable<SourceFile> => streamOf([{ kind: 'link', path: 'a', target: 'b' }]);
  await podman.runner.run(spec({ source: { mount: '/work', files } }));
  const folder = await readFile(join(podman.engine.program, '..', 'copied-by'), 'utf8');
  assert.notEqual(folder, tmpdir());
  await assert.rejects(readdir(folder), { code: 'ENOENT' });
});

test('a suite that writes too much is killed', async (t) => {
  const { runner } = await scripted(t, {
    start: 'while [ ! -e "$DIR/killed" ]; do sleep 0.02; done; exit 137',
    kill: ': > "$DIR/killed"',
    container: ended(137).replace('"SizeRw":10', '"SizeRw":5000'),
  });
  // The clock runs fast, and a look at the disk takes as long as it does.
  const patient = spec({ limits: { ...spec().limits, timeoutMs: 10_000_000 } });
  assert.deepEqual((await runner.run(patient)).end, { kind: 'out-of-disk', bytesMax: 1_000 });
});

test(
  'a container that does not die when it is killed does not hold us up',
  { timeout: 20_000 },
  async (t) => {
    const { runner } = await scripted(t, {
      start: `trap '' TERM; sleep 300 & wait; wait`,
      kill: 'exit 1',
      container: ended(0, { Running: true }),
    });
    const { end } = await runner.run(spec({ limits: { ...spec().limits, timeoutMs: 100 } }));
    assert.equal(end.kind, 'engine-error');
  },
);

async function untilThere(file: string): Promise<void> {
  while (!existsSync(file)) await wait(20, undefined, { ref: false });
}

test('an abort kills the container, removes it, and is an interruption', async (t) => {
  const { runner, engine, calls } = await scripted(t, {
    start: ': > "$DIR/started"; while [ ! -e "$DIR/killed" ]; do sleep 0.02; done; exit 137',
    kill: ': > "$DIR/killed"',
    container: ended(137),
  });
  const controller = new AbortController();
  void untilThere(join(engine.program, '..', 'started')).then(() => controller.abort());
  await assert.rejects(runner.run(spec(), controller.signal), (error: unknown) =>
    isFailure(error, 'interrupted'),
  );
  const kinds = (await calls()).map((call) => call.split(' ', 1)[0]);
  assert.ok(kinds.includes('kill') && kinds.at(-1) === 'rm');
});

test('results: an archive that breaks off is an engine-error, one that is not there is no file', async (t) => {
  const results = { kind: 'files', directory: '/out', glob: '*.xml', bytesMax: 1_000, filesMax: 10 } as const;
  const broken = await scripted(t, { cp: 'head -c 700 /dev/zero | tr "\\0" x' });
  assert.equal((await broken.runner.run(spec({ results }))).end.kind, 'engine-error');
  const failed = await scripted(t, { cp: 'head -c 1024 /dev/zero; echo lost >&2; exit 1' });
  const run = await failed.runner.run(spec({ results }));
  assert.ok(run.end.kind === 'engine-error' && run.end.message.includes('lost'));
  const nothing = await scripted(t, { cp: 'echo no such path >&2; exit 1' });
  assert.deepEqual((await nothing.runner.run(spec({ results }))).collected, { kind: 'files', files: [] });
});

test('a source that the engine does not take: engine-error; one that breaks by itself: its own failure', async (t) => {
  const bytes = Buffer.from('x');
  const files = (size: number) => () =>
    streamOf([{ kind: 'file', path: 'f', executable: false, size, bytes: () => streamOf([bytes]) } as const]);
  const full = await scripted(t, { cp: 'cat >/dev/null; echo no space >&2; exit 1' });
  assert.deepEqual((await full.runner.run(spec({ source: { mount: '/src', files: files(1) } }))).end, {
    kind: 'engine-error',
    message: 'no space',
  });
  const { runner, calls } = await scripted(t, { cp: 'cat >/dev/null' });
  await assert.rejects(runner.run(spec({ source: { mount: '/src', files: files(2) } })), (error: unknown) =>
    isFailure(error, 'content-mismatch'),
  );
  assert.ok((await calls()).at(-1)?.startsWith('rm '));
});

test('what is asked about an image is asked once, through a container that is removed again', async (t) => {
  const { runner, calls } = await scripted(t, {
    image: `printf '[{"Config":{"User":"tester"}}]'`,
    cp: 'echo no such path >&2; exit 1',
  });
  for (let round = 0; round < 2; round += 1) {
    assert.deepEqual((await runner.run(spec())).end, {
      kind: 'not-started',
      message: 'the image has no user "tester"',
    });
  }
  const all = await calls();
  assert.equal(all.filter((call) => call.startsWith('image inspect')).length, 1);
  assert.equal(all.filter((call) => call.startsWith('create --name lockkeeper-probe-')).length, 1);
  assert.equal(all.filter((call) => call.startsWith('rm --force --volumes lockkeeper-probe-')).length, 1);
});

const globs: readonly (readonly [string, readonly string[]])[] = [
  ['report.xml', ['report.xml']],
  ['build/reports/*.xml', ['build', 'reports']],
  ['build/reports/a.xml', ['build', 'reports', 'a.xml']],
  ['**/*.xml', []],
  ['build/{a,b}/x.xml', ['build']],
  ['build/[ab]/x.xml', ['build']],
  ['build/a\\*b', ['build']],
  ['../outside.xml', []],
  ['a/./b.xml', ['a']],
  ['a//b.xml', ['a']],
];

for (const [glob, steps] of globs) {
  test(`results at ${glob} are read from ${steps.join('/') || 'the top'}`, () => {
    assert.deepEqual(literalSteps(glob), steps);
  });
}
