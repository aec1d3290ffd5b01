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
import { registry, tap } from '../../../test/support/world.ts';
import type { AskRepo, RepoAnswer } from '../../flows/fleet.ts';
import type { FleetPlace } from '../../model/fleet.ts';
import type { Ledgers } from '../../ports/ledger.ts';
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

/** Asks of a repository whose suites guard the image that moves. */
async function guarded(
  t: Parameters<typeof makeUpdateGround>[0],
  suite: string,
  more = '',
): Promise<{
  readonly ground: UpdateGround;
  readonly ask: (place: FleetPlace, ledger?: string) => Promise<RepoAnswer>;
  /** Ledgers that were opened, each once. */
  readonly ledgers: ReadonlySet<string>;
}> {
  const ground = await makeUpdateGround(t, async (world) => ({
    Dockerfile: `FROM ${pinned(image, await world.push('base', '1', 'old'))}\n`,
    'lockkeeper.yaml': `version: 1
images:
  base: { baseline: ${registry}/${image}, pinned: true }
suites:
  unit: { command: sh test.sh, results: { format: tap, stdout: true }, ${suite} }
${more}`,
    'tests/test.sh': 'true\n',
  }));
  await mkdir(ground.order.scratch);
  const digest = await ground.world.push('base', '1', 'new');
  ground.world.behave(digest, () => ({ stdout: tap({ works: true }) }));
  const { directory } = ground.order;
  const ledgers = new Set<string>();
  const open: Ledgers['open'] = (name) => ground.tools.ledgers.open(ledgers.add(name) && name);
  const tools = { ...ground.tools, ledgers: { open } };
  return {
    ground,
    ledgers,
    ask: (place, ledger) => {
      const order = { ...ground.order, ledger };
      return asking({ ...ground, tools, order }, false)(directory, { name: 'a/b', place });
    },
  };
}

const folder: FleetPlace = { kind: 'folder', path: '/any' };
const fetched = (network: 'none' | 'default'): FleetPlace => ({
  ...{ kind: 'git', url: 'https://git.example.org/a/b.git', branch: undefined },
  network,
});

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

test('what a listed lockkeeper.yaml names outside of its repository is refused, before anything is tried', async (t) => {
  for (const source of ['/root/.ssh', '../../x']) {
    const { ground, ask: askOne } = await guarded(t, `source: ${source}`);
    for (const place of [folder, fetched('default')])
      await assert.rejects(askOne(place), { code: 'path-refused', message: /^suites.unit.source names/ });
    assert.equal(ground.gates(), 0);
  }
  const other = await guarded(t, 'source: tests', 'gate: { ledger: ../of-another-team }\n');
  for (const place of [folder, fetched('default')])
    await assert.rejects(other.ask(place), { code: 'path-refused', message: /^gate.ledger names/ });
  assert.deepEqual([other.ground.gates(), other.ledgers.size], [0, 0]);
  const { state } = await other.ask(folder, '/kept');
  assert.deepEqual([state, other.ground.gates()], ['clean', 1], 'what is not used harms nobody');
});

test('a folder has the ledger within it; what is fetched has one below --ledger alone, and people are told', async (t) => {
  const ledger = 'gate: { ledger: .kept }\n';
  const local = await guarded(t, 'source: tests', ledger);
  assert.deepEqual((await local.ask(folder)).lines, []);
  assert.deepEqual([...local.ledgers], [`${local.ground.order.directory}/.kept`]);
  const { ask: askOne, ledgers } = await guarded(t, 'source: tests', ledger);
  const untold = await askOne(fetched('none'));
  assert.equal(untold.state, 'clean');
  assert.match(untold.lines.join(), /gate.ledger is not used.*--ledger DIR/);
  assert.equal(ledgers.size, 0);
  assert.deepEqual((await askOne(fetched('none'), '/kept')).lines, []);
  assert.match([...ledgers].join(), /^\/kept\/a-b-[0-9a-f]{16}$/);
});

test('of what is fetched, a cooldown needs --ledger', async (t) => {
  const { ask: askOne } = await guarded(
    t,
    'source: tests',
    'gate: { ledger: .kept }\npins: { cooldown: 1d }\n',
  );
  await assert.rejects(askOne(fetched('none')), { code: 'usage', message: /fetched only --ledger DIR/ });
  assert.equal((await askOne(fetched('none'), '/kept')).change?.outcome, 'nothing');
});

test('suites of what is fetched have a network where fleet.yaml gives it, and those of a folder as they say', async (t) => {
  const { ground, ask: askOne } = await guarded(t, 'source: tests, network: default');
  const refused = await askOne(fetched('none'));
  assert.deepEqual([refused.state, refused.counts['waits'], ground.gates()], ['findings', 1, 0]);
  assert.match(refused.lines.join(), /suites.unit.network asks for a network/);
  assert.deepEqual([(await askOne(fetched('default'))).state, ground.gates()], ['clean', 1]);
  const other = await guarded(t, 'source: tests, network: default');
  assert.deepEqual([(await other.ask(folder)).state, other.ground.gates()], ['clean', 1]);
});
