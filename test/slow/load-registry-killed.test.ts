import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAndLoadIntoRegistry, registryKillGround } from '../support/load-killed-registry.ts';

test('a load into a registry that is killed around each of its requests, and run again, ends in the same state', async (t) => {
  await using ground = await registryKillGround();
  const killed = await killAndLoadIntoRegistry(ground, (requests) =>
    Array.from({ length: requests }, (_, at) => at + 1).flatMap(
      (request) =>
        [
          { request, at: 'before' },
          { request, at: 'after' },
        ] as const,
    ),
  );
  assert.ok(killed > 20, `${killed} moments`);
  t.diagnostic(`${killed} times killed`);
});
