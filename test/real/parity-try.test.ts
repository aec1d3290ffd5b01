import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { sharedGround } from '../support/gate-ground.ts';
import {
  answer,
  app,
  bundleIn,
  platformConfig,
  deployOnStub,
  emptyRepo,
} from '../support/platform/parity-repo.ts';

/** A platform of stubs that behave as documented, in a real registry, with real engines. */

const shared = sharedGround();

test('docker: what the platform builds is judged by the repository’s suites against what is deployed', async (t) => {
  const ground = await shared.open(t);
  if (ground === undefined) return;
  await deployOnStub(ground, t);
  const { folder, write, run } = await emptyRepo(t);
  await write({ ...app('3.13'), 'lockkeeper.yaml': platformConfig(ground.host, 'docker') });
  const tried = answer(await run('parity', 'try', '--out', 'bundle', '--json'), 0);
  assert.equal(tried.gate?.verdict.kind, 'promote');
  assert.deepEqual(tried.deployed?.differences, [
    'heroku/python was 0.8.0 in the deployed image, and is 0.26.1 here',
    'heroku/python python: python_version was 3.12.3, and is 3.13.2 here',
  ]);
  const [member] = (await bundleIn(path.join(folder, 'bundle'))).members;
  assert.equal(member?.origin.kind, 'platform');
  assert.deepEqual(member.origin.buildpacks, ['heroku/python@0.26.1']);
  assert.match(member.origin.builder, /platform\/builder:24@sha256:/);
  const layout = await diskLayouts.open(path.join(folder, 'bundle'));
  assert.equal(
    (await layout.referrers(member.digest)).length,
    2,
    'the record of the builder, and the verdict',
  );
  // The bundle lies in the application, and is no part of it.
  const again = await run('build', '--out', 'bundle');
  assert.equal(again.status, 0, again.stderr);
  const [rebuilt] = (await bundleIn(path.join(folder, 'bundle'))).members;
  assert.equal(rebuilt?.origin.kind, 'platform');
  assert.equal(rebuilt.origin.inputs, member.origin.inputs);
});
