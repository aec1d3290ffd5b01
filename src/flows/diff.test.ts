import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { diffGround, pushNotes } from '../../test/support/diff-ground.ts';
import { pushLayers, type LayeredImage } from '../../test/support/layered-image.ts';
import { diskLayouts } from '../adapters/registry/layout.ts';
import { parsePlatform } from '../model/platform.ts';
import { isEquivalent } from './diff.ts';

const image = (content: string, more: Partial<LayeredImage> = {}): LayeredImage => ({
  layers: [[{ name: 'app', content }]],
  ...more,
});

test('indexes are compared platform by platform, and platforms that came and went are named', async () => {
  const { pushIndex, diff } = diffGround();
  await pushIndex('1', { 'linux/amd64': image('1'), 'linux/arm64': image('1'), 'linux/s390x': image('1') });
  await pushIndex('2', { 'linux/amd64': image('1'), 'linux/arm64': image('2'), 'linux/riscv64': image('1') });
  const found = await diff('1', '2');
  assert.deepEqual(
    found.platforms.map(({ platform, change }) => [platform, change.class]),
    [
      ['linux/amd64', 'identical'],
      ['linux/arm64', 'files changed'],
    ],
  );
  assert.deepEqual(
    [found.class, found.added, found.removed],
    ['platforms changed', ['linux/riscv64'], ['linux/s390x']],
  );
  assert.equal(isEquivalent(found), false);
});

test('one platform can be asked for, and one that is not there is named with those that are', async () => {
  const { pushIndex, diff } = diffGround();
  await pushIndex('1', { 'linux/amd64': image('1'), 'linux/arm64': image('1') });
  await pushIndex('2', { 'linux/amd64': image('2'), 'linux/arm64': image('2') });
  const { platforms } = await diff('1', '2', { platform: parsePlatform('linux/arm64') });
  assert.deepEqual(
    platforms.map(({ platform }) => platform),
    ['linux/arm64'],
  );
  await assert.rejects(diff('1', '2', { platform: parsePlatform('linux/s390x') }), {
    code: 'manifest-missing',
    hint: 'It has linux/amd64, linux/arm64.',
  });
});

test('an index beside an image of one of its platforms: that one is compared, the others are gone', async () => {
  const { pushIndex, push, diff } = diffGround();
  await pushIndex('1', { 'linux/amd64': image('1'), 'linux/arm64': image('1') });
  await push('2', image('2'));
  const found = await diff('1', '2');
  assert.deepEqual(
    [found.platforms.map(({ platform }) => platform), found.removed],
    [['linux/amd64'], ['linux/arm64']],
  );
});

test('two images for different processors are compared as what they are', async () => {
  const { push, diff } = diffGround();
  await push('1', image('1'));
  await push('2', image('1', { architecture: 'arm64' }));
  const found = await diff('1', '2');
  assert.deepEqual(
    [found.class, found.platforms[0]?.platform],
    ['platforms changed', 'linux/amd64 → linux/arm64'],
  );
});

test('attached artifacts change nothing', async () => {
  const { push, diff, repository } = diffGround();
  const digest = await push('1', image('1'));
  await pushNotes(repository, digest);
  assert.equal((await diff('1', '1')).class, 'identical');
});

test('an image of a layout is compared with one of a registry', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-diff-'));
  t.after(() => rm(folder, { recursive: true }));
  const layout = await diskLayouts.openOrCreate(path.join(folder, 'layout'));
  await pushLayers(layout, image('1', { tag: 'a' }));
  await pushLayers(layout, image('2', { tag: 'b' }));
  const { push, diff } = diffGround();
  await push('1', image('1'));
  assert.equal((await diff('1', `oci:${layout.path}:a`)).class, 'identical');
  assert.equal((await diff('1', `oci:${layout.path}:b`)).class, 'files changed');
  await assert.rejects(diff('1', `oci:${layout.path}`), { code: 'usage' });
  await assert.rejects(diff('1', `oci:${layout.path}:c`), { code: 'manifest-missing' });
});

test('a name that is not there is a failure', async () => {
  const { push, diff } = diffGround();
  await push('1', image('1'));
  await assert.rejects(diff('1', '2'), { code: 'manifest-missing' });
});

test('a rebuild that differs in known noise is equivalent; one changed byte is not, and is named', async () => {
  const { push, diff } = diffGround();
  const build = (day: string, app: string): LayeredImage => ({
    layers: [
      [
        { name: 'app', content: app },
        { name: 'var/log/apt/history.log', content: day },
        { name: 'etc/machine-id', content: day },
      ],
    ],
    created: `${day}T00:00:00Z`,
    settings: { Labels: { 'org.opencontainers.image.created': day, team: 'a' } },
  });
  await push('1', build('2026-01-01', 'code'));
  await push('2', build('2026-01-02', 'code'));
  await push('3', build('2026-01-02', 'kode'));
  const same = await diff('1', '2', { reach: 'proof' });
  assert.equal(isEquivalent(same), true);
  assert.deepEqual(
    same.platforms[0]?.equivalence.noise.map(({ rule, files }) => [rule, files]),
    [
      ['machine-id', 1],
      ['logs', 1],
    ],
  );
  const other = await diff('1', '3', { reach: 'proof' });
  assert.equal(isEquivalent(other), false);
  assert.deepEqual(
    other.platforms[0]?.equivalence.files.map((file) => [file.path, file.aspects, file.from?.size]),
    [['app', ['content'], 4]],
  );
});

test('other settings are never equivalent, and a rule of the project covers what it names', async () => {
  const { push, diff } = diffGround();
  await push('1', image('1'));
  await push('2', image('2'));
  await push('3', image('1', { settings: { Env: ['A=b'] } }));
  assert.equal(isEquivalent(await diff('1', '3', { reach: 'proof' })), false);
  const noise = [
    { name: 'app', paths: ['app'], covers: { kind: 'file' }, because: 'It is random.' },
  ] as const;
  assert.equal(isEquivalent(await diff('1', '2', { reach: 'proof', noise })), true);
});
