import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentChange, FileChange, PackageChange } from '../../model/change.ts';
import { digestOf } from '../../model/digest.ts';
import { leadsFor } from './leads.ts';

const change = (parts: Partial<ContentChange>): ContentChange => ({
  packages: [],
  files: [],
  sizes: { from: 0, to: 0 },
  sharedUnread: 0,
  unread: [],
  findings: [],
  ...parts,
});

const moved = (name: string, ecosystem: PackageChange['ecosystem'] = 'deb'): PackageChange => ({
  kind: 'up',
  ecosystem,
  name,
  architecture: undefined,
  from: '1',
  to: '2',
  fromSize: undefined,
  toSize: undefined,
});

const file = (path: string, owner?: string): FileChange => ({
  path,
  kind: 'changed',
  aspects: ['content'],
  from: undefined,
  to: undefined,
  owner:
    owner === undefined
      ? { kind: 'layer', side: 'candidate', digest: digestOf('layer'), line: undefined }
      : { kind: 'package', ecosystem: 'deb', name: owner },
  noise: undefined,
  overShared: false,
});

const found = (said: string, parts: Partial<ContentChange>): readonly string[] =>
  leadsFor(said, change(parts)).map(({ what }) => what);

test('a file whose path stands in the failure leads to its package', () => {
  const parts = {
    packages: [moved('libssl3'), moved('zlib1g')],
    files: [file('usr/lib/libssl.so.3', 'libssl3')],
  };
  assert.deepEqual(leadsFor('cannot load /usr/lib/libssl.so.3: no such symbol', change(parts)), [
    { what: 'deb libssl3', change: '1 → 2', because: '/usr/lib/libssl.so.3 stands in what the test says' },
  ]);
});

test('a list of files and a list of packages may spell a name differently', () => {
  const own = file('usr/lib/python3/site-packages/flask_cors/core.py');
  const owned: FileChange = { ...own, owner: { kind: 'package', ecosystem: 'pypi', name: 'flask_cors' } };
  const said = 'File "/usr/lib/python3/site-packages/flask_cors/core.py", line 3';
  assert.deepEqual(found(said, { packages: [moved('Flask-Cors', 'pypi')], files: [owned] }), [
    'pypi Flask-Cors',
  ]);
});

test('a file of no package that changed leads to itself', () => {
  assert.deepEqual(found('File "/opt/app/tool.py", line 3', { files: [file('opt/app/tool.py')] }), [
    '/opt/app/tool.py',
  ]);
});

test('a package is found by what people call it', () => {
  const parts = {
    packages: [moved('python3-requests'), moved('libssl3'), moved('@types/node', 'npm'), moved('base-files')],
  };
  assert.deepEqual(found("ModuleNotFoundError: No module named 'requests'", parts), ['deb python3-requests']);
  assert.deepEqual(found('assertion in libssl3 failed', parts), ['deb libssl3']);
});

test('the nearest stands first, and there are few', () => {
  const parts = {
    packages: ['alpha', 'beta1', 'gamma', 'delta'].map((name) => moved(name)),
    files: [file('usr/lib/libgamma.so.2', 'gamma')],
  };
  const leads = found('alpha beta1 delta broke: libgamma.so.2', parts);
  assert.deepEqual([leads[0], leads.length], ['deb gamma', 3]);
});

test('where nothing fits there is no hint', () => {
  const parts = { packages: [moved('make'), moved('libc6')], files: [file('usr/bin/make', 'make')] };
  assert.deepEqual(found('expected 1, got 2', parts), []);
  assert.deepEqual(found('make the test pass', parts), []);
});

test('a failure of a megabyte of slashes is read in no time worth naming', () => {
  assert.deepEqual(found('/'.repeat(1_000_000), { packages: [moved('x-tool')] }), []);
});
