import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { makeWorld, plainConfig, tap } from '../../test/support/world.ts';
import { DiskConfigFiles } from '../adapters/config-file/disk.ts';
import { isFailure } from '../base/failure.ts';
import { buildBundle } from './build.ts';
import { gate } from './gate.ts';
import { requireInside } from './listed.ts';

test('what is named lies below the folder, and no link leads out of it', async (t) => {
  const above = await realpath(await mkdtemp(path.join(tmpdir(), 'lockkeeper-listed-')));
  t.after(() => rm(above, { recursive: true }));
  const folder = path.join(above, 'repo');
  await mkdir(path.join(folder, 'deep', '..own'), { recursive: true });
  await mkdir(path.join(above, 'repo-of-others'));
  await symlink('deep', path.join(folder, 'inward'));
  await symlink('../repo-of-others', path.join(folder, 'outward'));
  await symlink('../gone', path.join(folder, 'lost'));
  await symlink(folder, path.join(above, 'linked'));
  const check = (name: string, within = folder): Promise<void> =>
    requireInside(
      [{ key: 'suites.unit.source', path: path.resolve(within, name) }],
      within,
      { file: 'lockkeeper.yaml' },
      new DiskConfigFiles(),
    );
  for (const name of ['.', 'deep', 'deep/..own', 'inward', 'inward/not/there', 'deep/../deep'])
    await check(name);
  await check('deep', path.join(above, 'linked'));
  for (const name of ['..', '../repo-of-others', '/etc', 'outward', 'outward/not/there', 'lost', 'lost/deep'])
    await assert.rejects(
      check(name),
      {
        code: 'path-refused',
        message: new RegExp(`^suites.unit.source names ${path.resolve(folder, name)}`),
      },
      name,
    );
});

test('a gate within bounds refuses what leads out and what wants a network, and runs nothing of it', async (t) => {
  const run = async (suite: string, network: 'none' | 'default'): Promise<string> => {
    const world = await makeWorld(t, plainConfig.replace('source: source', suite));
    const { config, tools, watching, push } = world;
    await push('ci', 'latest', 'old');
    const judged = await push('ci', 'next', 'new');
    world.behave(judged, () => ({ stdout: tap({ works: true }) }));
    const bundle = path.join(world.folder, 'bundle');
    await buildBundle({ config, images: [], out: bundle }, tools, watching);
    await symlink('/etc', path.join(world.folder, 'outward'));
    const bounds = { within: world.folder, network };
    const order = { config, bundle, images: [], bundleName: 'b', madeBy: 'test', ledger: undefined, bounds };
    try {
      await gate(order, tools, watching);
      return world.runs.length > 0 ? 'tried' : 'nothing ran';
    } catch (error) {
      assert.ok(isFailure(error));
      assert.equal(world.runs.length, 0);
      return error.code;
    }
  };
  assert.equal(await run('source: source', 'none'), 'tried');
  assert.equal(await run('source: outward', 'default'), 'path-refused');
  assert.equal(await run('source: source, network: default', 'none'), 'network-refused');
  assert.equal(await run('source: source, network: default', 'default'), 'tried');
});
