import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeWorld, plainConfig, type World } from '../../test/support/world.ts';
import type { Digest } from '../model/digest.ts';
import type { GateReport } from '../model/gate-report.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import { buildBundle } from './build.ts';
import { gate } from './gate.ts';

interface Story extends World {
  readonly candidate: Digest;
  readonly judge: (layerCache?: LayerCache) => Promise<GateReport>;
}

async function tell(t: TestContext): Promise<Story> {
  const world = await makeWorld(t, plainConfig);
  const { config, tools, watching, push } = world;
  await push('ci', 'latest', 'old');
  const candidate = await push('ci', 'next', 'new');
  const bundle = path.join(world.folder, 'bundle');
  await buildBundle({ config, images: [], out: bundle }, tools, watching);
  return {
    ...world,
    candidate,
    judge: (layerCache = tools.layerCache) =>
      gate(
        { config, bundle, images: [], bundleName: 'bundle', madeBy: 'test', ledger: undefined },
        { ...tools, layerCache },
        watching,
      ),
  };
}

test('a report of a gate tells what changed in the files', async (t) => {
  const { judge } = await tell(t);
  const { units, notices } = await judge();
  assert.deepEqual(
    units[0]?.change?.contents?.files.map(({ path: file, aspects }) => [file, aspects]),
    [['opt/app/content.txt', ['content']]],
  );
  assert.deepEqual(notices, []);
});

test('a test that got worse has a hint where its output names what changed', async (t) => {
  const { judge, behave, candidate } = await tell(t);
  behave(candidate, () => ({
    stdout:
      'TAP version 13\n1..1\nnot ok 1 - works\n  ---\n  message: cannot parse /opt/app/content.txt\n  ...\n',
  }));
  const { units, verdict } = await judge();
  assert.notEqual(verdict.verdict.kind, 'promote');
  const leads = [...(units[0]?.leads?.values() ?? [])].flat();
  assert.deepEqual(
    leads.map(({ what }) => what),
    ['/opt/app/content.txt'],
  );
});

test('what cannot be examined is told, and the verdict stands', async (t) => {
  const { judge } = await tell(t);
  const cache: LayerCache = {
    get: () => Promise.reject(new Error('broken in a way that nobody thought of')),
    put: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  };
  const report = await judge(cache);
  assert.equal(report.verdict.verdict.kind, 'promote');
  assert.match(report.notices.join(), /what changed in the files of ci on linux\/amd64 could not be told/);
  assert.equal(report.units[0]?.change?.class, 'files changed');
});
