import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { sharedGround } from '../support/gate-ground.ts';
import { bundleIn, judgedStory } from '../support/platform/parity-repo.ts';

/** A platform of stubs that behave as documented, in a real registry, with real engines. */

const shared = sharedGround();

test('docker: what the platform builds is judged by the repository’s suites against what is deployed', async (t) => {
  const ground = await shared.open(t);
  if (ground === undefined) return;
  const { folder, run, inputs } = await judgedStory(t, ground, 'docker');
  // The bundle lies in the application, and is no part of it.
  const again = await run('build', '--out', 'bundle');
  assert.equal(again.status, 0, again.stderr);
  const [rebuilt] = (await bundleIn(path.join(folder, 'bundle'))).members;
  assert.equal(rebuilt?.origin.kind, 'platform');
  assert.equal(rebuilt.origin.inputs, inputs);
});
