import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { MemoryEvidenceFolders } from '../../test/support/memory-evidence-folder.ts';
import { makeWorld, registry, tap } from '../../test/support/world.ts';
import { isFailure } from '../base/failure.ts';
import { digestOf } from '../model/digest.ts';
import { bisectByCommand } from './bisect-command.ts';
import { bisectBySuites } from './bisect-suites.ts';
import { buildBundle } from './build.ts';

const names = ['one', 'two', 'three'] as const;
const configText = `version: 1
images:
${names.map((name) => `  ${name}: { baseline: "${registry}/${name}:1", image: "${registry}/${name}:next" }`).join('\n')}
suites:
  unit: { command: sh test.sh, source: ., results: { format: tap, stdout: true } }
`;
const bounds = { runners: 1, gatesMax: 50, withinMs: undefined, out: undefined, madeBy: 'test' };

test('of a bundle, the image that its suites reject is named after one gate of the set; with a command, what fails together', async (t) => {
  const world = await makeWorld(t, configText);
  const bundle = path.join(world.folder, 'bundle');
  for (const name of names) {
    await world.push(name, '1', `${name} old`);
    const fresh = await world.push(name, 'next', `${name} new`);
    if (name === 'two') world.behave(fresh, () => ({ stdout: tap({ works: false }) }));
  }
  await buildBundle({ config: world.config, images: [], out: bundle }, world.tools, world.watching);
  const order = {
    config: world.config,
    bundle,
    bundleName: 'bundle',
    images: [],
    ledger: undefined,
    madeBy: 'test',
  };
  const tools = { ...world.tools, evidenceFolders: new MemoryEvidenceFolders() };
  const judged = await bisectBySuites(order, bounds, tools, world.watching);
  assert.deepEqual(
    judged.culprits.map(({ kind, moves }) => [kind, moves]),
    [['proven', ['two']]],
  );
  assert.deepEqual([judged.good, judged.exit], [['one', 'three'], 3]);
  assert.match(judged.gates[0]?.why ?? '', /^reject: regression: /);

  // Evidence of another config, of other baselines or of other tests answers nothing.
  const kept = { ...bounds, out: '/out' };
  await bisectBySuites(order, kept, tools, world.watching);
  const again = await bisectBySuites(order, kept, tools, world.watching);
  assert.deepEqual(again.culprits, judged.culprits);
  const changed = { ...world.config, policy: digestOf('another') };
  const refused = (error: unknown): boolean => isFailure(error, 'output-exists');
  await assert.rejects(bisectBySuites({ ...order, config: changed }, kept, tools, world.watching), refused);
  await world.push('one', '1', 'one newer');
  await assert.rejects(bisectBySuites(order, kept, tools, world.watching), refused);

  const unused = (): never => assert.fail('a bundle needs no repository');
  const asked = await bisectByCommand(
    {
      subject: { kind: 'bundle', bundle, directory: world.folder },
      rule: { command: 'try', repeat: 1, timeoutMs: 1_000 },
      env: {},
      bounds,
    },
    {
      ...tools,
      git: { open: unused },
      clones: { make: unused },
      trees: { open: unused, openCommit: unused },
      shell: {
        run: ({ env, cwd }) => {
          assert.deepEqual([env['LOCKKEEPER_BUNDLE'], cwd], [bundle, world.folder]);
          const moved = (env['LOCKKEEPER_MOVED'] ?? '').split('\n');
          const isBad = moved.includes('one') && moved.includes('three');
          return Promise.resolve({ end: { kind: 'exited', status: isBad ? 1 : 0 }, output: Buffer.alloc(0) });
        },
      },
    },
    world.watching,
  );
  assert.deepEqual(
    asked.culprits.map(({ moves }) => moves),
    [['one', 'three']],
  );
});
