import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { test } from 'node:test';
import {
  main,
  makeUpdateGround,
  pinned,
  updateBranch,
  type UpdateGround,
} from '../../../test/support/update-ground.ts';
import type { AskRepo, RepoAnswer } from '../../flows/fleet.ts';
import { askUpdate } from './ask-update.ts';

const image = 'base:1';

async function scene(t: Parameters<typeof makeUpdateGround>[0]): Promise<UpdateGround> {
  const ground = await makeUpdateGround(t, async (world) => ({
    Dockerfile: `FROM ${pinned(image, await world.push('base', '1', 'old'))}\n`,
  }));
  await mkdir(ground.order.scratch);
  return ground;
}

function asking({ order, tools }: UpdateGround, dryRun: boolean): AskRepo {
  const watching = { observe: () => undefined, signal: undefined };
  const context = { env: {}, signal: new AbortController().signal };
  return askUpdate({ order: { ...order, dryRun }, tools, context, watching });
}

function ask(ground: UpdateGround, dryRun = false): Promise<RepoAnswer> {
  const { directory } = ground.order;
  return asking(ground, dryRun)(directory, { name: 'one', place: { kind: 'folder', path: directory } });
}

test('what is stale goes on the branch of the remote, once; a dry run shows the patch and pushes nothing', async (t) => {
  const ground = await scene(t);
  assert.deepEqual((await ask(ground)).change, { outcome: 'nothing' });
  const digest = await ground.world.push('base', '1', 'new');
  const planned = await ask(ground, true);
  assert.deepEqual([planned.change, planned.counts['moved']], [{ outcome: 'planned' }, 1]);
  assert.match(planned.patch ?? '', new RegExp(`\\+FROM .*${digest}`));
  assert.equal(ground.origin.branches.get(updateBranch), undefined);
  const pushed = await ask(ground);
  assert.deepEqual([pushed.state, pushed.change, pushed.patch], ['clean', { outcome: 'pushed' }, undefined]);
  const tip = ground.origin.branches.get(updateBranch);
  assert.match((await ground.read(tip, 'Dockerfile')) ?? '', new RegExp(digest));
  assert.deepEqual((await ask(ground)).change, { outcome: 'unchanged' });
  assert.equal(ground.origin.branches.get(updateBranch), tip);
});

test('a branch that people wrote to is left alone, and waits for a person', async (t) => {
  const ground = await scene(t);
  await ground.world.push('base', '1', 'new');
  await ask(ground);
  const own = ground.origin.branches.get(main);
  const tip = ground.origin.branches.get(updateBranch);
  assert.ok(own !== undefined && tip !== undefined);
  const author = { name: 'Ada', mail: 'ada@example.org', at: '2026-11-22T00:00:00Z' };
  const mine = ground.clone.write({ parents: [tip], files: { a: 'b' }, message: 'Mine\n', author });
  ground.origin.take({ branch: updateBranch, to: mine });
  await ground.world.push('base', '1', 'newer');
  const left = await ask(ground);
  assert.deepEqual([left.state, left.change?.outcome], ['findings', 'left']);
  assert.match(left.lines.join('\n'), /Ada wrote to/);
  assert.equal(ground.origin.branches.get(updateBranch), mine);
});
