import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forgeContract, forkContract } from '../../../test/contracts/forge.ts';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import { Failure } from '../../base/failure.ts';
import { MemoryForgeWorld } from './memory-world.ts';
import { MemoryForge } from './memory.ts';

forgeContract('memory', (world) =>
  Promise.resolve({
    forge: new MemoryForge(world),
    account: 'lockkeeper[bot]',
    stop: () => Promise.resolve(),
  }),
);

forkContract('memory', (world) =>
  Promise.resolve({
    forge: new MemoryForge(world, { fork: 'robot' }),
    account: 'lockkeeper[bot]',
    stop: () => Promise.resolve(),
  }),
);

const lost = new Failure('forge-unreachable', 'the connection was reset');

for (const [when, written] of [
  ['before', 0],
  ['after', 1],
] as const) {
  test(`the n-th call fails ${when} its effect`, async () => {
    const world = new MemoryForgeWorld();
    const forge = new MemoryForge(world, { faults: [{ call: 2, when, failure: lost }] });
    world.push('update', 'a'.repeat(40));
    await forge.facts();
    const order = { head: 'update', base: 'main', title: 't', body: '', draft: false, labels: [] };
    assert.equal(await failureOf(forge.createPullRequest(order)), lost);
    assert.equal(world.pullRequests.size, written);
    assert.deepEqual(forge.calls, ['facts', 'createPullRequest']);
  });
}
