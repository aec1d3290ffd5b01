import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { FaultyCalls } from '../../../test/support/faulty.ts';
import { makeForgeGround, type ForgeGround } from '../../../test/support/forge-ground.ts';
import { delegate } from '../../ports/delegate.ts';
import { main } from '../../../test/support/update-ground.ts';
import { Failure, isFailure } from '../../base/failure.ts';
import { readMarker, replaceMarker } from '../../model/update-marker.ts';
import type { Registries } from '../../ports/repository.ts';
import { branchStanding } from './branch.ts';
import type { PublishTools } from './step.ts';

/** All ports of an update, of whose calls one fails. */
function watched({ tools }: ForgeGround, calls: FaultyCalls): PublishTools {
  const registries = (inner: Registries): Registries => ({
    open: (host, name) => {
      const repository = inner.open(host, name);
      const { resolve, manifest } = calls.watch(
        { resolve: (tag: string) => repository.resolve(tag), manifest: repository.manifest.bind(repository) },
        'registry-unavailable',
      );
      return delegate(repository, { resolve, manifest });
    },
  });
  return {
    ...tools,
    git: calls.watch(tools.git, 'program-timeout', ['open', 'remote']),
    forge: calls.watch(tools.forge, 'forge-unavailable'),
    outerLoops: calls.watch(tools.outerLoops, 'forge-unavailable'),
    trees: calls.watch(tools.trees, 'program-timeout'),
    registriesFor: (config) => registries(tools.registriesFor(config)),
  };
}

/** All that people see. */
async function seen(night: ForgeGround): Promise<unknown> {
  const { title, draft, state, ...pull } = night.pull();
  // Which run of the outer loop it is hangs on how often one was started.
  const marker = readMarker(pull.body);
  assert.ok(marker !== undefined);
  const body = replaceMarker(pull.body, { ...marker, outer: [] }).replaceAll(/run-\d+/g, 'run');
  const holds = await night.ground.read(night.tip(), 'lockkeeper.yaml');
  return {
    moved: await night.moved(),
    pulls: night.world.pullRequests.size,
    title,
    body,
    draft,
    state,
    holds,
  };
}

/** The branch is ours from end to end, and there is at most one pull request. */
async function assertWhole(night: ForgeGround): Promise<void> {
  const base = night.ground.origin.branches.get(main);
  assert.ok(base !== undefined);
  const standing = await branchStanding(night.ground.clone, { tip: night.tip(), base });
  assert.notEqual(standing.kind, 'foreign');
  assert.ok(night.world.pullRequests.size <= 1);
}

const loop = { name: 'outer', required: true, by: { kind: 'gitlab', variables: {} } } as const;

/** What has happened before the run that is disturbed. */
const stories: Readonly<Record<string, (night: ForgeGround) => Promise<void>>> = {
  'the first night': (night) => night.move('a', 'b'),
  'a night in which one more moves': async (night) => {
    await night.move('a');
    await night.run({ outerLoops: [loop] });
    await night.move('b');
  },
  'a night that convicts': async (night) => {
    await night.move('a', 'b');
    for (let count = 0; count < 3; count += 1) {
      await night.run({ outerLoops: [loop] });
      await night.check((moved) => !moved.includes('b'));
    }
  },
};

async function prepared(t: TestContext, story: (night: ForgeGround) => Promise<void>): Promise<ForgeGround> {
  const night = await makeForgeGround(t, ['a', 'b']);
  await story(night);
  return night;
}

for (const [name, story] of Object.entries(stories)) {
  for (const when of ['before', 'after'] as const) {
    test(`${name}, with each call to the outside failing ${when} its effect: all stays whole, and the next run ends alike`, async (t) => {
      const calm = await prepared(t, story);
      const counting = new FaultyCalls(0, when);
      await calm.run({ outerLoops: [loop] }, watched(calm, counting));
      await calm.run({ outerLoops: [loop] });
      const wanted = await seen(calm);
      assert.ok(counting.calls.length > 15, counting.calls.join(' '));
      for (let fails = 1; fails <= counting.calls.length; fails += 1) {
        const night = await prepared(t, story);
        const faulty = new FaultyCalls(fails, when);
        await night.run({ outerLoops: [loop] }, watched(night, faulty)).catch((error: unknown) => {
          assert.ok(error instanceof Failure, String(error));
        });
        await assertWhole(night);
        await night.run({ outerLoops: [loop] });
        await night.run({ outerLoops: [loop] });
        assert.deepEqual(await seen(night), wanted, `call ${fails}: ${faulty.calls[fails - 1]}`);
      }
    });
  }
}

test('a push that is refused for a workflow names the right that is missing', async (t) => {
  const night = await makeForgeGround(t, ['a']);
  await night.move('a');
  night.ground.origin.onPush = () =>
    'refusing to allow a GitHub App to create or update workflow `.github/workflows/a.yml` without `workflows` permission';
  await assert.rejects(night.run(), (error) => {
    return isFailure(error, 'remote-denied') && error.hint?.includes('right to write workflows') === true;
  });
});
