import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { isFailure } from '../../base/failure.ts';
import { GateChild } from './child.ts';

/** A program in the place of ours that writes down what it was started with. */
async function childRunning(
  t: TestContext,
  end: string,
): Promise<{ gate: GateChild; seen: () => Promise<string> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-child-'));
  t.after(() => rm(folder, { recursive: true }));
  const [entry, out] = [path.join(folder, 'entry.mjs'), path.join(folder, 'seen.json')];
  const write = `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(out)}, JSON.stringify({ env: process.env, words: process.argv.slice(2) }));
${end}`;
  await writeFile(entry, write);
  const environment = {
    ...process.env,
    GITHUB_TOKEN: 'secret-1',
    CI_JOB_TOKEN: 'secret-2',
    DOCKER_AUTH_CONFIG: 'secret-3',
    HTTPS_PROXY: 'http://user:secret-4@proxy.example.org',
    DOCKER_HOST: 'unix:///run/docker.sock',
  };
  return {
    gate: new GateChild({ node: process.execPath, entry, environment }),
    seen: () => readFile(out, 'utf8'),
  };
}

const order = { bundle: '/b', config: '/c/lockkeeper.yaml', ledger: undefined, signal: undefined };

test('a gate in a process of its own has the engine’s variables, and no secret of any name', async (t) => {
  const { gate, seen } = await childRunning(t, '');
  await gate.judge({ ...order, ledger: '/l' });
  const text = await seen();
  assert.doesNotMatch(text, /secret-/);
  assert.match(text, /"DOCKER_HOST":"unix:\/\/\/run\/docker.sock"/);
  const words = [
    'gate',
    '--bundle',
    '/b',
    '--config',
    '/c/lockkeeper.yaml',
    '--ledger',
    '/l',
    '--json',
    '--quiet',
  ];
  assert.ok(text.includes(JSON.stringify(words)), text);
});

test('somebody else’s lockkeeper.yaml is bounded in the child as well', async (t) => {
  for (const [network, last] of [
    ['none', ['--without-network']],
    ['default', []],
  ] as const) {
    const { gate, seen } = await childRunning(t, '');
    await gate.judge({ ...order, bounds: { within: '/c', network } });
    const words = ['--config', '/c/lockkeeper.yaml', '--within', '/c', ...last, '--json', '--quiet'];
    assert.ok((await seen()).includes(JSON.stringify(words).slice(1)), await seen());
  }
});

test('a verdict of any kind is an answer; a failure of the gate is ours; other ends are told', async (t) => {
  for (const status of [0, 3, 4]) {
    const { gate } = await childRunning(
      t,
      `process.stdout.write('{"verdict": 1}'); process.exitCode = ${status};`,
    );
    await gate.judge(order);
  }
  const failing = JSON.stringify({
    error: { code: 'engine-missing', message: 'no engine', hint: 'install one' },
  });
  const { gate } = await childRunning(
    t,
    `process.stdout.write(${JSON.stringify(failing)}); process.exitCode = 5;`,
  );
  await assert.rejects(
    gate.judge(order),
    (error) => isFailure(error, 'engine-missing') && error.hint === 'install one',
  );
  const { gate: crashing } = await childRunning(t, 'process.exitCode = 1;');
  await assert.rejects(crashing.judge(order), (error) => isFailure(error, 'program-failed'));
});
