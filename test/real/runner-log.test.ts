import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createLoader } from '../../src/adapters/loader/loader.ts';
import { createRunner } from '../../src/adapters/runner/runner.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { realEngine } from '../support/engine.ts';
import { makeImage } from '../support/images.ts';

test('podman whose attached program is handed nothing: the output is what podman has noted, in its streams', async (t) => {
  const engine = await realEngine('podman', t);
  if (engine === undefined) return;
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-deaf-'));
  t.after(() => rm(folder, { recursive: true }));
  const deaf = path.join(folder, 'podman');
  const script = `#!/bin/sh\n[ "$1" != start ] || exec >/dev/null 2>&1\nexec ${engine.program} "$@"\n`;
  await writeFile(deaf, script, { mode: 0o755 });
  const { repository, manifest } = await makeImage();
  const image = await createLoader(engine).load(repository, manifest.digest, undefined, {
    heldIsEnough: true,
  });
  const run = await createRunner({ ...engine, program: deaf }, { clock: systemClock }).run({
    image,
    command: { kind: 'shell', line: 'echo out; sleep 0.3; echo err >&2; exit 7' },
    env: {},
    workdir: '/',
    user: undefined,
    network: 'none',
    source: undefined,
    results: { kind: 'stdout', bytesMax: 1e6 },
    limits: { timeoutMs: 60_000, memoryBytes: 256 * 1024 ** 2, cpus: 1, pids: 64, diskBytes: 1e9 },
  });
  assert.deepEqual(run.end, { kind: 'exited', status: 7 });
  assert.equal(run.output.head, 'out\nerr\n');
  assert.deepEqual(run.collected, {
    kind: 'files',
    files: [{ path: 'stdout', bytes: Buffer.from('out\n') }],
  });
});
