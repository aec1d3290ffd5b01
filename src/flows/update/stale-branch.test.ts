import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  makeUpdateGround,
  pinned,
  updateBranch,
  type UpdateGround,
} from '../../../test/support/update-ground.ts';
import { registry, tap, type World } from '../../../test/support/world.ts';
import { MemoryOuterLoops } from '../../adapters/forge/outer-loops/memory.ts';
import { Failure } from '../../base/failure.ts';
import { defaultUpdateSettings } from '../../model/config-update.ts';
import { delegate } from '../../ports/delegate.ts';
import type { Registries } from '../../ports/repository.ts';
import { updateLocally, type UpdateResult } from './update-local.ts';
import { updatePlainly } from './update-plain.ts';

const quiet = { observe: (): void => undefined, signal: undefined };
const config = `version: 1
images:
  tool:
    baseline: ${registry}/tool:1
    pinned: true
suites:
  unit: { command: sh test.sh, source: source, results: { format: tap, stdout: true } }
`;

/** An image that a suite guards, and one that none does. */
function groundOf(t: TestContext): Promise<UpdateGround> {
  const pin = async (world: World, name: string): Promise<string> =>
    pinned(`${name}:1`, await world.push(name, '1', `${name} old`));
  return makeUpdateGround(t, async (world) => ({
    'lockkeeper.yaml': config,
    'source/test.sh': 'true\n',
    Dockerfile: `FROM ${await pin(world, 'tool')}\n`,
    'compose.yaml': `services:\n  db: { image: "${await pin(world, 'free')}" }\n`,
  }));
}

/** The world without the answers of some repositories. */
function without({ world }: UpdateGround, silent: readonly string[]): Registries {
  const { registries } = world.tools;
  const down = (): Promise<never> => Promise.reject(new Failure('registry-unavailable', 'it is down'));
  return {
    open: (host, name) => {
      const there = registries.open(host, name);
      return silent.includes(name) ? delegate(there, { resolve: down, manifest: down }) : there;
    },
  };
}

type Run = (silent?: readonly string[]) => Promise<UpdateResult>;

const ways = {
  'in this clone': (ground: UpdateGround): Run => {
    const order = { ...ground.order, branch: updateBranch };
    return (silent = []) =>
      updateLocally(order, { ...ground.tools, registriesFor: () => without(ground, silent) }, quiet);
  },
  'at a remote without a forge': (ground: UpdateGround): Run => {
    const order = { ...ground.order, settings: defaultUpdateSettings, why: 'it is on no server' };
    const outerLoops = new MemoryOuterLoops();
    return (silent = []) =>
      updatePlainly(
        order,
        { ...ground.tools, outerLoops, registriesFor: () => without(ground, silent) },
        quiet,
      );
  },
};

for (const [where, runOf] of Object.entries(ways)) {
  const tipOf = ({ clone, origin }: UpdateGround): unknown =>
    (where === 'in this clone' ? clone : origin).branches.get(updateBranch);

  test(`${where}: a registry that is silent for one night takes nothing off our branch`, async (t) => {
    const ground = await groundOf(t);
    const run = runOf(ground);
    for (const name of ['tool', 'free']) await ground.world.push(name, '1', `${name} new`);
    assert.equal((await run()).outcome?.kind, 'put');
    const tip = tipOf(ground);
    assert.notEqual(tip, undefined);
    for (const silent of [['free'], ['tool', 'free']]) {
      assert.equal((await run(silent)).outcome?.kind, 'unsure', silent.join());
      assert.equal(tipOf(ground), tip);
    }
    assert.equal((await run()).outcome?.kind, 'stands');
  });

  test(`${where}: the hold of a culprit that was taken back goes from our branch with it`, async (t) => {
    const ground = await groundOf(t);
    const run = runOf(ground);
    const { world } = ground;
    await world.push('free', '1', 'free new');
    const tool = await world.push('tool', '1', 'tool new');
    world.behave(tool, (_spec) => ({ stdout: tap({ works: false }) }));
    const first = await run();
    assert.deepEqual(
      first.proposal.files.map(({ file }) => file),
      ['compose.yaml', 'lockkeeper.yaml'],
    );
    await world.push('tool', '1', 'tool old');
    const second = await run();
    assert.deepEqual([second.outcome?.kind, second.report.held], ['put', []]);
    const holder = where === 'in this clone' ? ground.clone : ground.origin;
    const tip = holder.branches.get(updateBranch);
    assert.ok(tip !== undefined);
    assert.equal(
      (await holder.files(tip, ['lockkeeper.yaml'])).get('lockkeeper.yaml')?.bytes.toString(),
      config,
    );
    assert.equal((await run()).outcome?.kind, 'stands');
  });
}
