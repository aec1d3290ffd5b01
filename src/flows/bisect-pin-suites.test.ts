import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { MemoryEvidenceFolders } from '../../test/support/memory-evidence-folder.ts';
import { makeUpdateGround, pinned, type UpdateGround } from '../../test/support/update-ground.ts';
import { registry, tap, type World } from '../../test/support/world.ts';
import { isFailure } from '../base/failure.ts';
import type { BisectionDocument } from '../model/bisection-document.ts';
import type { Digest } from '../model/digest.ts';
import { bisectPinsBySuites } from './bisect-pin-suites.ts';

const names = ['app', 'tool', 'free'] as const;
const config = `version: 1
images:
  app: { baseline: "${registry}/app:1", pinned: true }
  tool: { baseline: "${registry}/tool:1", pinned: true }
suites:
  unit: { command: sh test.sh, source: source, results: { format: tap, stdout: true } }
`;

interface Night {
  readonly ground: UpdateGround;
  readonly fresh: ReadonlyMap<string, Digest>;
  readonly bisect: () => Promise<BisectionDocument>;
}

/** Three images that are pinned anew by one commit; suites guard two of them. `unpinned` had no digest before. */
async function night(t: TestContext, yaml: string = config, unpinned?: string): Promise<Night> {
  const compose = async (world: World, age: string, keep?: Map<string, Digest>): Promise<string> => {
    const lines = ['services:'];
    for (const name of names) {
      const digest = await world.push(name, '1', `${name} ${age}`);
      keep?.set(name, digest);
      const text = pinned(`${name}:1`, digest);
      lines.push(
        `  ${name}: { image: "${name === unpinned && age === 'old' ? `${registry}/${name}:1` : text}" }`,
      );
    }
    return `${lines.join('\n')}\n`;
  };
  const ground = await makeUpdateGround(t, async (world) => ({
    'lockkeeper.yaml': yaml,
    'source/test.sh': 'true\n',
    'compose.yaml': await compose(world, 'old'),
  }));
  const from = ground.clone.branches.get(ground.clone.head ?? assert.fail('a branch'));
  const fresh = new Map<string, Digest>();
  const to = await ground.commit({ 'compose.yaml': await compose(ground.world, 'new', fresh) });
  const { directory, host, scratch } = ground.order;
  return {
    ground,
    fresh,
    bisect: () =>
      bisectPinsBySuites(
        {
          range: { directory, from: from ?? '', to, config: undefined },
          bounds: { runners: 1, gatesMax: 50, withinMs: undefined, out: undefined, madeBy: 'test' },
          host,
          scratch,
        },
        { ...ground.tools, ...watched(ground), evidenceFolders: new MemoryEvidenceFolders() },
        { observe: () => undefined, signal: undefined },
      ),
  };
}

/** Fails when a gate is run after the checkout of its tests has gone. */
function watched({ tools }: UpdateGround): Pick<UpdateGround['tools'], 'checkouts' | 'gateProcess'> {
  let isThere = false;
  return {
    checkouts: {
      make: async (root, commit) => {
        const checkout = await tools.checkouts.make(root, commit);
        isThere = true;
        const gone = (): Promise<void> => {
          isThere = false;
          return Promise.resolve();
        };
        return { folder: checkout.folder, [Symbol.asyncDispose]: gone };
      },
    },
    gateProcess: {
      judge: async (order) => {
        assert.ok(isThere, 'the tests are still there');
        await tools.gateProcess.judge(order);
      },
    },
  };
}

test('the pin whose image its suites reject is the culprit; each move is judged once', async (t) => {
  const { ground, fresh, bisect } = await night(t);
  const tool = fresh.get('tool');
  assert.ok(tool);
  ground.world.behave(tool, () => ({ stdout: tap({ works: false }) }));
  const found = await bisect();
  assert.deepEqual(
    found.culprits.map(({ kind, moves }) => [kind, moves]),
    [['proven', [pinned('tool:1', tool)]]],
  );
  assert.deepEqual([found.good.length, found.exit, ground.gates()], [2, 3, 2]);
  assert.match(found.gates[0]?.why ?? '', /^tool: reject: regression\. /);
  assert.match(found.notices.join(), /no suite guards .*free:1.*; it counts as good/);
});

test('all are as good as before: no culprit', async (t) => {
  const { bisect } = await night(t);
  const found = await bisect();
  assert.deepEqual([found.culprits, found.good.length, found.exit], [[], 3, 0]);
});

test('an image that cannot be tried stays out, undecided, and convicts nobody', async (t) => {
  const { ground, fresh, bisect } = await night(t);
  ground.world.behave(fresh.get('app') ?? assert.fail('pushed'), () => ({
    end: { kind: 'engine-error', message: 'the engine is gone' },
  }));
  const found = await bisect();
  assert.deepEqual([found.culprits, found.good.length, found.exit], [[], 2, 4]);
  assert.deepEqual(
    found.undecided.map(({ why }) => why),
    ['unsure'],
  );
});

test('a guarded pin that had no digest before is not tried, and not called good', async (t) => {
  const { bisect, ground } = await night(t, config, 'app');
  const found = await bisect();
  assert.deepEqual([found.culprits, found.good.length, found.exit, ground.gates()], [[], 2, 4, 1]);
  assert.deepEqual(
    found.undecided.map(({ move, why }) => [move.includes('app:1'), why]),
    [[true, 'unsure']],
  );
  assert.match(found.gates[0]?.why ?? '', /^app could not be tried: .* without a digest/);
});

test('where no suite guards any of them, a command is asked for', async (t) => {
  const { bisect } = await night(t, 'version: 1\n');
  await assert.rejects(bisect(), (error) => isFailure(error, 'usage'));
});
