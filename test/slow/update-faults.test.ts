import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { FaultyCalls } from '../support/faulty.ts';
import { makeUpdateGround, pinned, updateBranch, type UpdateGround } from '../support/update-ground.ts';
import { registry, tap } from '../support/world.ts';
import { Failure } from '../../src/base/failure.ts';
import type { UpdateTools } from '../../src/flows/update/update.ts';
import { updateLocally, type UpdateResult } from '../../src/flows/update/update-local.ts';

const config = `version: 1
images:
  app:
    baseline: ${registry}/app:1
    pinned: true
  tool:
    baseline: ${registry}/tool:1
    pinned: true
suites:
  unit: { command: sh test.sh, source: source, results: { format: tap, stdout: true } }
`;

/** An image that a suite finds good, and one that it finds bad, have moved. */
async function night(t: TestContext): Promise<UpdateGround> {
  const ground = await makeUpdateGround(t, async (world) => {
    const pin = async (name: string): Promise<string> =>
      pinned(`${name}:1`, await world.push(name, '1', `${name} old`));
    return {
      'lockkeeper.yaml': config,
      'source/test.sh': 'true\n',
      Dockerfile: `FROM ${await pin('app')}\nCOPY --from=${await pin('tool')} /a /a\n`,
    };
  });
  await ground.world.push('app', '1', 'app new');
  const tool = await ground.world.push('tool', '1', 'tool new');
  ground.world.behave(tool, () => ({ stdout: tap({ works: false }) }));
  return ground;
}

/** The ports that trials need, of whose calls one fails. */
function watched(tools: UpdateTools, calls: FaultyCalls): UpdateTools {
  return {
    ...tools,
    gateProcess: calls.watch(tools.gateProcess, 'program-timeout'),
    checkouts: calls.watch(tools.checkouts, 'program-timeout'),
    ledgers: { open: (folder) => calls.watch(tools.ledgers.open(folder), 'disk-full') },
    layouts: calls.watch(tools.layouts, 'disk-full', ['openOrCreate']),
    git: calls.watch(tools.git, 'program-timeout', ['open']),
  };
}

function run({ order, tools }: UpdateGround, calls: FaultyCalls): Promise<UpdateResult> {
  return updateLocally(
    { ...order, ledger: '/lockkeeper-update/ledger', branch: updateBranch },
    watched(tools, calls),
    {
      observe: () => undefined,
      signal: undefined,
    },
  );
}

async function seen({ clone, read }: UpdateGround): Promise<readonly unknown[]> {
  const tip = clone.branches.get(updateBranch);
  const held = await read(tip, 'lockkeeper.yaml');
  // A verdict's document has the time in it.
  return [await read(tip, 'Dockerfile'), held?.replaceAll(/evidence: .*/g, 'evidence')];
}

for (const when of ['before', 'after'] as const)
  test(`each call to the gate, the ledger, the bundles and git fails ${when} its effect: nothing is left half, and the next run ends alike`, async (t) => {
    const calm = await night(t);
    const counting = new FaultyCalls(0, when);
    await run(calm, counting);
    const wanted = await seen(calm);
    assert.match(String(wanted[1]), /tool:1/);
    for (const call of ['judge', 'make', 'write', 'openOrCreate', 'moveBranch'])
      assert.ok(counting.calls.includes(call), `${call}: ${counting.calls.join(' ')}`);
    for (let fails = 1; fails <= counting.calls.length; fails += 1) {
      const ground = await night(t);
      const name = counting.calls[fails - 1];
      await run(ground, new FaultyCalls(fails, when)).catch((error: unknown) => {
        assert.ok(error instanceof Failure, `call ${fails}, ${name}: ${String(error)}`);
      });
      const [, held = ''] = await seen(ground);
      assert.doesNotMatch(
        String(held),
        /- image: "[^"]*app:1"/,
        `call ${fails}, ${name}: nobody is convicted by a fault`,
      );
      await run(ground, new FaultyCalls(0, when));
      assert.deepEqual(await seen(ground), wanted, `call ${fails}: ${name}`);
    }
  });
