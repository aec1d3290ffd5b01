import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffGround, dpkgStatus, type DiffGround } from '../../test/support/diff-ground.ts';
import type { LayeredImage } from '../../test/support/layered-image.ts';
import { parseImageSource } from '../model/image-source.ts';
import type { PackageList } from '../model/package-list.ts';
import { parsePlatform } from '../model/platform.ts';
import { packagesOf } from './packages.ts';

function packages({ tools }: DiffGround, tag: string, platform?: string): Promise<PackageList> {
  return packagesOf(
    {
      source: parseImageSource(`r.test/team/ci:${tag}`),
      platform: platform === undefined ? undefined : parsePlatform(platform),
    },
    tools,
    { observe: () => undefined, signal: undefined },
  );
}

function namesIn({ platforms }: PackageList): readonly (readonly string[])[] {
  return platforms.map((each) =>
    each.packages.map(({ ecosystem, name, version }) => `${ecosystem} ${name} ${version}`),
  );
}

const manifestOf = (name: string, version: string): { readonly name: string; readonly content: string } => ({
  name: `app/node_modules/${name}/package.json`,
  content: JSON.stringify({ name, version }),
});

test('later layers win, and a file that a layer deletes takes its packages along', async () => {
  const ground = diffGround();
  await ground.push('1', {
    layers: [
      [dpkgStatus('bash 5.1 1', 'zlib 1.2 1'), manifestOf('ms', '1.0.0'), manifestOf('debug', '4.0.0')],
      [dpkgStatus('bash 5.2 1'), manifestOf('ms', '2.0.0'), { name: 'app/node_modules/.wh.debug' }],
    ],
  });
  assert.deepEqual(namesIn(await packages(ground, '1')), [['deb bash 5.2', 'npm ms 2.0.0']]);
});

test('what was deleted and put back in a later layer is there', async () => {
  const ground = diffGround();
  await ground.push('1', {
    layers: [
      [manifestOf('ms', '1.0.0')],
      [{ name: 'app/.wh.node_modules' }],
      [manifestOf('debug', '4.0.0')],
      [{ name: 'app/node_modules/.wh..wh..opq' }, manifestOf('ms', '3.0.0')],
    ],
  });
  assert.deepEqual(namesIn(await packages(ground, '1')), [['npm ms 3.0.0']]);
});

test('the distribution is told by etc before usr/lib, and is no package', async () => {
  const ground = diffGround();
  const release = (id: string): string => `ID=${id}\nVERSION_ID=1\n`;
  await ground.push('1', {
    layers: [
      [
        { name: 'usr/lib/os-release', content: release('base') },
        { name: 'etc/os-release', content: release('ours') },
      ],
    ],
  });
  const { platforms } = await packages(ground, '1');
  assert.deepEqual([platforms[0]?.os?.name, platforms[0]?.packages], ['ours', []]);
});

test('a broken database is a finding beside what the others say', async () => {
  const ground = diffGround();
  await ground.push('1', {
    layers: [[dpkgStatus('bash 5.2 1'), { name: 'var/lib/rpm/Packages', content: 'broken' }]],
  });
  const list = await packages(ground, '1');
  assert.deepEqual(namesIn(list), [['deb bash 5.2']]);
  assert.deepEqual(list.platforms[0]?.findings, [
    'var/lib/rpm/Packages: it is neither SQLite, ndb nor Berkeley DB',
  ]);
});

test('an index is listed platform by platform, or by the one that is asked for', async () => {
  const ground = diffGround();
  const image = (version: string): LayeredImage => ({ layers: [[dpkgStatus(`bash ${version} 1`)]] });
  await ground.pushIndex('1', { 'linux/amd64': image('1'), 'linux/arm64': image('2') });
  const all = await packages(ground, '1');
  assert.deepEqual(
    all.platforms.map(({ platform }) => platform),
    ['linux/amd64', 'linux/arm64'],
  );
  assert.deepEqual(namesIn(await packages(ground, '1', 'linux/arm64')), [['deb bash 2']]);
  await assert.rejects(packages(ground, '1', 'linux/s390x'), {
    code: 'manifest-missing',
    hint: 'It has linux/amd64, linux/arm64.',
  });
});
