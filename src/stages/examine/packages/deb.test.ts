import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageKey } from '../../../model/package.ts';
import { readFacts } from '../../../../test/support/read-facts.ts';

const status = `Package: libc6
Status: install ok installed
Installed-Size: 12986
Architecture: amd64
Source: glibc (2.36-9)
Version: 2.36-9+deb12u10
Description: GNU C Library
 Contains the standard libraries.
 Version: 9 is what this text says

Package: gone
Status: deinstall ok config-files
Version: 1

Package: half
Status: install ok half-configured
Version: 1

Package: tzdata
Status: install ok installed
Version: 2025a-0
`;

test('dpkg: what is installed counts, what has only its settings left does not', () => {
  const place = 'var/lib/dpkg/status';
  assert.deepEqual(readFacts(place, status).packages, [
    {
      ecosystem: 'deb',
      name: 'libc6',
      version: '2.36-9+deb12u10',
      architecture: 'amd64',
      source: 'glibc (2.36-9)',
      size: 12986 * 1024,
      place,
    },
    {
      ecosystem: 'deb',
      name: 'tzdata',
      version: '2025a-0',
      place,
    },
  ]);
});

test('distroless: each file of status.d is a package, and its checksums are none', () => {
  const facts = readFacts('var/lib/dpkg/status.d/base', 'Package: base-files\nVersion: 12.4\n');
  assert.equal(facts.packages[0]?.name, 'base-files');
  assert.deepEqual(readFacts('var/lib/dpkg/status.d/base.md5sums', 'Package: x\nVersion: 1\n').packages, []);
});

test('dpkg: an entry without a version is told', () => {
  assert.deepEqual(readFacts('var/lib/dpkg/status', 'Package: x\n\nPackage: y\nVersion: 1\n').troubles, [
    'entries without a name or version that can be read: 1',
  ]);
});

test('dpkg: a list of files belongs to the package whatever its architecture is called', () => {
  const { owns } = readFacts('var/lib/dpkg/info/libc6:amd64.list', '/.\n/lib\n/lib/libc.so.6\n');
  assert.deepEqual(owns, [{ ecosystem: 'deb', name: 'libc6:amd64', paths: ['lib', 'lib/libc.so.6'] }]);
  assert.equal(packageKey('deb', owns[0]?.name ?? ''), packageKey('deb', 'libc6'));
});

test('dpkg: paths are spelled in one way, however a list spells them', () => {
  const paths = [
    '/usr//bin/a',
    '/b/',
    '/c/./d',
    '/e/../f',
    '/..g',
    '/h.',
    '/i/...',
    '/j..k/l',
    '/',
    '/..',
    'm',
  ];
  const { owns } = readFacts('var/lib/dpkg/info/a.list', `${paths.join('\n')}\n`);
  assert.deepEqual(owns[0]?.paths, ['usr/bin/a', 'b', 'c/d', 'f', '..g', 'h.', 'i/...', 'j..k/l', 'm']);
});

test('a database that is larger than it may be is named and not read', () => {
  const { troubles } = readFacts('var/lib/dpkg/status', '', { size: 2 ** 40 });
  assert.deepEqual(troubles, ['it has 1099511627776 bytes, and at most 33554432 are read']);
});

test('a file that is shorter or longer than the layer says is named', () => {
  for (const size of [0, 3, 500]) {
    assert.deepEqual(readFacts('var/lib/dpkg/status', 'Package: x\n', { size }).troubles, [
      'it does not have the size that the layer says',
    ]);
  }
});
