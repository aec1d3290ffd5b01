import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeForgeGround } from '../../../test/support/forge-ground.ts';
import { updateBranch } from '../../../test/support/update-ground.ts';
import { readMarker } from '../../model/update-marker.ts';

test('a branch that a person deletes beneath an open pull request is pushed anew, once', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a');
  await night.run();
  night.ground.origin.branches.delete(updateBranch);
  assert.equal((await night.run()).outcome.kind, 'put');
  assert.deepEqual([await night.moved(), night.world.pullRequests.size], [['a'], 1]);
  assert.equal((await night.run()).outcome.kind, 'stands');
});

test('a pull request that a forge closed since a person deleted its branch means not these digests', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a');
  await night.run();
  night.ground.origin.branches.delete(updateBranch);
  night.world.deleteBranch(updateBranch);
  assert.equal(night.pull().state, 'closed');
  assert.equal((await night.run()).outcome.kind, 'nothing');
  await night.move('b');
  await night.run();
  assert.deepEqual([await night.moved(), night.world.pullRequests.size], [['b'], 2]);
});

test('labels that are very long, or look like what we write, stay as they are and do nothing', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a');
  await night.run();
  const state = /<!-- lockkeeper-state .*-->/.exec(night.pull().body)?.[0] ?? '';
  const labels = ['x'.repeat(60_000), state, '</details> @ops fixes #1', 'lockkeeper: freeze!'];
  night.world.label(night.pull().number, { add: labels });
  assert.equal((await night.run()).outcome.kind, 'stands');
  await night.move('b');
  assert.equal((await night.run()).outcome.kind, 'put');
  assert.deepEqual([...night.pull().labels].filter((each) => labels.includes(each)).length, labels.length);
  assert.equal(readMarker(night.pull().body)?.units.length, 2);
  assert.doesNotMatch(night.pull().body, /@ops/);
});

test('checks by the hundred with names that are very long fail: the body keeps to its limit, and the search goes on', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c', 'd']);
  night.world.bodyCharsMax = 65_536;
  await night.move('a', 'b', 'c', 'd');
  const rest = { kind: 'run', by: 'ci', url: undefined, title: '', summary: '' } as const;
  for (let round = 0; round < 12; round += 1) {
    await night.run();
    const state = (await night.moved()).includes('c') ? ('failed' as const) : ('passed' as const);
    for (let each = 0; each < 290; each += 1)
      night.world.report(night.tip() ?? '', {
        ...rest,
        name: `${each} @ops fixes #1 ${'<b>'.repeat(400)}`,
        state,
      });
  }
  assert.deepEqual(await night.moved(), ['a', 'b', 'd']);
});
