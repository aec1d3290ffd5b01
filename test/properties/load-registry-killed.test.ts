import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAndLoadIntoRegistry, registryKillGround } from '../support/load-killed-registry.ts';

test('a load into a registry that is killed and run again ends in the same state', async () => {
  await using ground = await registryKillGround();
  const killed = await killAndLoadIntoRegistry(ground, (requests) => [
    { request: Math.ceil(requests / 3), at: 'after' },
    { request: Math.ceil((2 * requests) / 3), at: 'before' },
  ]);
  assert.equal(killed, 2);
});
