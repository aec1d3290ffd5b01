import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { systemEngines } from '../../src/adapters/engine/engines.ts';
import { createLoader } from '../../src/adapters/loader/loader.ts';
import { createRunner } from '../../src/adapters/runner/runner.ts';
import type { Clock } from '../../src/base/clock.ts';
import { isFailure } from '../../src/base/failure.ts';
import { streamOf } from '../../src/base/stream.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import type { Engine } from '../../src/model/engine.ts';
import { askEngine } from '../../src/ports/engine-command.ts';
import type { LoadedImage } from '../../src/ports/loader.ts';
import type { ContainerRun } from '../../src/ports/runner.ts';
import { realEngine } from '../support/engine.ts';
import { startEngineProxy } from '../support/engine-proxy.ts';
import { makeImage } from '../support/images.ts';
import { requirePeer } from '../support/peers.ts';

for (const kind of ['docker', 'podman'] as const) {
  test(`${kind} of this machine is found as it is, and what is handed on is enough to work with it`, async (t) => {
    const engine = await realEngine(kind, t);
    if (engine === undefined) return;
    assert.equal(engine.kind, kind);
    assert.match(engine.version, /^\d+\.\d+/);
    assert.match(engine.runtime.version ?? '', /^\d+\./);
    assert.equal(engine.platform.os, 'linux');
    assert.ok(engine.cpus >= 1 && engine.memoryBytes > 100_000_000);
    const image = await loadedImage(engine);
    const args = [
      'run',
      '--rm',
      '--network',
      'none',
      '--pull',
      'never',
      ...engine.createArgs,
      image.id,
      'echo',
      'works',
    ];
    assert.deepEqual(await askEngine(engine, args).then(({ status, stdout }) => [status, stdout]), [
      0,
      'works\n',
    ]);
  });
}

test('doctor’s view holds both engines, docker first', async (t) => {
  if (!requirePeer('docker', t) || !requirePeer('podman', t)) return;
  const privateDirectory = await mkdtemp(path.join(tmpdir(), 'lockkeeper-'));
  t.after(() => rm(privateDirectory, { recursive: true }));
  const engines = systemEngines({ environment: process.env, privateDirectory });
  const examined = await engines.examine();
  assert.deepEqual(
    examined.map(({ kind, state }) => [kind, state]),
    [
      ['docker', 'works'],
      ['podman', 'works'],
    ],
  );
  assert.equal((await engines.find(undefined)).kind, 'docker');
});

test('a docker that goes away at its n-th request, for every n: an answer or a failure of ours, and nothing of the daemon’s is left', async (t) => {
  const engine = await realEngine('docker', t);
  if (engine === undefined) return;
  const image = await loadedImage(engine, 'for an engine that goes away');
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-'));
  t.after(() => rm(folder, { recursive: true }));
  const kinds = new Set<string>();
  for (let last = 1; ; last += 1) {
    let requests = 0;
    const proxy = await startEngineProxy(path.join(folder, `${last}.sock`), () => {
      requests += 1;
      return requests > last ? 'gone' : 'answers';
    });
    const run = await runOn({ ...engine, env: { ...engine.env, DOCKER_HOST: proxy.host } }, image);
    await proxy.stop();
    kinds.add(run.end.kind);
    await removeAllOf(engine, image);
    if (requests <= last) {
      assert.deepEqual(run.end, { kind: 'exited', status: 0 });
      break;
    }
    assert.equal(run.end.kind, 'engine-error', `after ${last} requests`);
    assert.ok(last < 100, 'a run takes less than a hundred requests');
  }
  assert.deepEqual([...kinds], ['engine-error', 'exited']);
});

test('a docker that goes away while it is looked for: engine-unreachable or engine-refused', async (t) => {
  if (!requirePeer('docker', t)) return;
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-'));
  t.after(() => rm(folder, { recursive: true }));
  const proxy = await startEngineProxy(path.join(folder, 'sock'), (request) =>
    request.includes('info') ? 'gone' : 'answers',
  );
  t.after(() => proxy.stop());
  const environment = { ...process.env, DOCKER_HOST: proxy.host };
  const finding = systemEngines({ environment, privateDirectory: path.join(folder, 'private') }).find(
    'docker',
  );
  await assert.rejects(finding, (error: unknown) => isFailure(error, 'engine-unreachable', 'engine-refused'));
});

async function loadedImage(engine: Engine, name = 'plain'): Promise<LoadedImage> {
  const { repository, manifest } = await makeImage({ settings: { Labels: { name } } });
  return createLoader(engine).load(repository, manifest.digest, undefined, { heldIsEnough: true });
}

/** Does not wait before it tries to remove a container again. */
const clock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms <= 500 ? 1 : ms, signal) };

/** A whole run: a source, a command that takes a moment, a result. */
async function runOn(engine: Engine, image: LoadedImage): Promise<ContainerRun> {
  const bytes = Buffer.from('content');
  const file = {
    kind: 'file',
    path: 'a',
    executable: false,
    size: bytes.length,
    bytes: () => streamOf([bytes]),
  } as const;
  return createRunner(engine, { clock }).run({
    image,
    command: { kind: 'shell', line: 'sleep 0.2; cp a result' },
    env: {},
    workdir: '/src',
    user: 'tester',
    network: 'none',
    limits: { timeoutMs: 20_000, memoryBytes: 64 * 1024 ** 2, cpus: 1, pids: 64, diskBytes: 1e9 },
    source: { mount: '/src', files: () => streamOf([file]) },
    results: { kind: 'files', directory: '/src', glob: 'result', bytesMax: 1_000, filesMax: 1 },
  });
}

/** What a run could not take away because its engine had gone. */
async function removeAllOf(engine: Engine, { id }: LoadedImage): Promise<void> {
  const list = await askEngine(engine, ['ps', '--all', '--quiet', '--filter', `ancestor=${id}`]);
  const ids = list.stdout.split('\n').filter((each) => each !== '');
  if (ids.length > 0) await askEngine(engine, ['rm', '--force', '--volumes', ...ids]);
}
