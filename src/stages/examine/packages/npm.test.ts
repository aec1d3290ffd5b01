import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFacts } from '../../../../test/support/read-facts.ts';

function npm(place: string, manifest: unknown): readonly string[] {
  return readFacts(place, JSON.stringify(manifest)).packages.map(
    ({ name, version, licence }) => `${name} ${version} ${licence}`,
  );
}

test('npm: a package is the manifest right below node_modules, with and without a scope', () => {
  const manifest = { name: '@types/node', version: '24.0.0', license: 'MIT' };
  const place = 'app/node_modules/@types/node/package.json';
  assert.deepEqual(npm(place, manifest), ['@types/node 24.0.0 MIT']);
  assert.deepEqual(readFacts(place, JSON.stringify(manifest)).owns, [
    { ecosystem: 'npm', name: '@types/node', paths: [], below: ['app/node_modules/@types/node/'] },
  ]);
});

test('npm: installed packages within packages, by pnpm, and Debian’s own', () => {
  for (const place of [
    'node_modules/ms/package.json',
    'a/node_modules/b/node_modules/ms/package.json',
    'a/node_modules/.pnpm/ms@2.1.3/node_modules/ms/package.json',
    'usr/share/nodejs/ms/package.json',
  ]) {
    assert.deepEqual(npm(place, { name: 'ms', version: '2.1.3', license: { type: 'MIT' } }), [
      'ms 2.1.3 MIT',
    ]);
  }
});

test('npm: the program’s own manifest, and those deeper in a package, are not installed packages', () => {
  for (const place of ['app/package.json', 'node_modules/ms/esm/package.json', 'node_modules/package.json']) {
    assert.deepEqual(npm(place, { name: 'ms', version: '2.1.3' }), []);
  }
  assert.deepEqual(npm('node_modules/ms/package.json', { type: 'module' }), []);
});

test('npm: a manifest that is no object, or no JSON, is named', () => {
  assert.deepEqual(readFacts('node_modules/a/package.json', '{').troubles, ['it is not JSON']);
  assert.deepEqual(readFacts('node_modules/a/package.json', '7').troubles, ['it holds no JSON object']);
  assert.deepEqual(npm('node_modules/a/package.json', { name: { x: 1 }, version: 7 }), ['a  undefined']);
});

test('npm: a manifest that would take gigabytes in memory is not parsed', () => {
  const bomb = `[${'{},'.repeat(600_000)}{}]`;
  assert.deepEqual(readFacts('node_modules/a/package.json', bomb).troubles, [
    'it holds more than 500000 values',
  ]);
});
