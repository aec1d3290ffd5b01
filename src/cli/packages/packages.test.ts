import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import { digestOf } from '../../model/digest.ts';
import type { Package } from '../../model/package.ts';
import type { PackageList } from '../../model/package-list.ts';
import { packageListSchema } from '../../model/package-list-document.ts';
import type { BillOrder } from './bill.ts';
import { cycloneDx } from './cyclonedx.ts';
import { packageListDocument } from './document.ts';
import { spdx } from './spdx.ts';
import { packageListText } from './text.ts';

const status = 'var/lib/dpkg/status';
const packages: readonly Package[] = [
  {
    ecosystem: 'deb',
    name: 'libc6',
    version: '2.36-9+deb12u10',
    architecture: 'amd64',
    source: 'glibc',
    size: 13_297_664,
    place: status,
  },
  { ecosystem: 'deb', name: 'tzdata', version: '2025b-0+deb12u1', architecture: 'all', place: status },
  {
    ecosystem: 'npm',
    name: '@types/node',
    version: '24.0.0',
    licence: 'MIT',
    place: 'app/node_modules/@types/node/package.json',
  },
  { ecosystem: 'maven', name: 'tools', version: '', place: 'opt/app.jar!/lib/tools.jar' },
];

const list: PackageList = {
  name: 'registry.example.org/team/ci:1.2',
  digest: digestOf('index'),
  platforms: [
    {
      platform: 'linux/amd64',
      manifest: digestOf('amd64'),
      os: { ecosystem: 'os', name: 'debian', version: '12', place: 'usr/lib/os-release' },
      packages,
      findings: Array.from(
        { length: 12 },
        (_, index) => `opt/${index}.jar: it is no zip archive, or a part of one`,
      ),
    },
    { platform: 'linux/arm64', manifest: digestOf('arm64'), os: undefined, packages: [], findings: [] },
  ],
  notices: ['Nothing was kept for the next time: the disk is full.'],
};

const plain = { columns: 80, colour: false, all: false };

function bill(): BillOrder {
  const [image] = list.platforms;
  assert.ok(image !== undefined);
  const madeAt = new Date('2026-11-21T17:00:00.500Z');
  return { name: list.name, image, madeAt, madeBy: 'lockkeeper 0.1.0' };
}

test('a list is what people read: a golden', () => {
  assertGolden(
    'packages/list.txt',
    packageListText(packageListDocument(list, [], 'lockkeeper 0.1.0'), plain),
  );
});

test('one kind of packages can be asked for, and every finding', () => {
  const document = packageListDocument(list, ['npm'], 'lockkeeper 0.1.0');
  assert.deepEqual(
    document.platforms[0]?.packages.map(({ name, purl }) => [name, purl]),
    [['@types/node', 'pkg:npm/%40types/node@24.0.0']],
  );
  assert.match(packageListText(document, { ...plain, all: true }), /opt\/11\.jar/);
});

test('the document fits its schema', () => {
  const document = packageListDocument(list, [], 'lockkeeper 0.1.0');
  assert.deepEqual(packageListSchema.parse(JSON.parse(JSON.stringify(document))), document);
});

test('names that strangers chose cannot move the cursor or forge a command of CI', () => {
  const hostile: PackageList = {
    ...list,
    platforms: list.platforms.map((each) => ({
      ...each,
      packages: packages.map((found) => ({ ...found, name: '\u001b[2J\n::error::x', version: '\u202e1' })),
    })),
  };
  const text = packageListText(packageListDocument(hostile, [], 'lockkeeper 0.1.0'), plain);
  assert.doesNotMatch(text, /[\u001b\u202e]|^::/mu);
});

test('CycloneDX and SPDX name the image by digest and every package by its URL: goldens', () => {
  for (const [name, write] of Object.entries({ cyclonedx: cycloneDx, spdx })) {
    assertGolden(`packages/bill.${name}.json`, `${JSON.stringify(write(bill()), undefined, 2)}\n`);
  }
});

test('a bill is the same for the same image at the same time, and another one later', () => {
  assert.deepEqual(cycloneDx(bill()), cycloneDx(bill()));
  const later = { ...bill(), madeAt: new Date('2026-11-22T00:00:00Z') };
  assert.notEqual(cycloneDx(later)['serialNumber'], cycloneDx(bill())['serialNumber']);
  assert.notEqual(spdx(later)['documentNamespace'], spdx(bill())['documentNamespace']);
});
