import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedGround } from '../../support/gate-ground.ts';
import {
  answer,
  app,
  platformConfig,
  deployOnStub,
  emptyRepo,
  judgedStory,
} from '../../support/platform/parity-repo.ts';

/** A platform of stubs that behave as documented, in a real registry, with a real engine. */

const shared = sharedGround();

test('docker: a pin that the platform does not know is refused in seconds, and what makes tests fail is rejected', async (t) => {
  const ground = await shared.open(t);
  if (ground === undefined) return;
  await deployOnStub(ground, t);
  const { write, run } = await emptyRepo(t);
  await write({
    ...app('3.14'),
    'lockkeeper.yaml': platformConfig(ground.host, 'docker', { second: 'not ok' }),
  });
  const refused = answer(await run('parity', 'try', '--json'), 3);
  assert.equal(refused.outcome, 'refuses');
  assert.match(refused.ended, /heroku\/python 0\.26\.1 failed: .* Python version 3\.14 is not recognised/);
  const unbuilt = await run('parity', 'try', '--out', 'bundle', '--json');
  assert.equal(unbuilt.status, 3);
  assert.match(unbuilt.stderr, /error\[build-failed\].*app does not build on stub/);
  await write(app('3.13'));
  const rejected = answer(await run('parity', 'try', '--out', 'bundle', '--json'), 3);
  assert.equal(rejected.gate?.verdict.kind, 'reject: regression');
});

test('podman: what the platform builds is judged by the repository’s suites against what is deployed', async (t) => {
  const ground = await shared.open(t, 'podman');
  if (ground === undefined) return;
  await judgedStory(t, ground, 'podman');
});
