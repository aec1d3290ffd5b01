import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageKey } from '../../../model/package.ts';
import { readFacts } from '../../../../test/support/read-facts.ts';

const site = 'usr/lib/python3/dist-packages';
const metadata = `Metadata-Version: 2.1
Name: Flask-Cors
Version: 4.0.0
License: MIT
Requires-Dist: Flask

Name: a word of the description
Version: 9
`;

test('Python: metadata of wheels and eggs, and nothing of the description', () => {
  for (const place of [
    `${site}/Flask_Cors-4.0.0.dist-info/METADATA`,
    `${site}/flask_cors-4.0.0.egg-info/PKG-INFO`,
    `${site}/flask_cors-4.0.0-py3.11.egg-info`,
    `${site}/flask_cors-4.0.0-py3.11.egg/EGG-INFO/PKG-INFO`,
  ]) {
    assert.deepEqual(readFacts(place, metadata).packages, [
      { ecosystem: 'pypi', name: 'Flask-Cors', version: '4.0.0', licence: 'MIT', place },
    ]);
  }
});

test('Python: a licence that is a whole text is left out', () => {
  const text = 'Name: a\nVersion: 1\nLicense: Permission is granted\n to everyone\n';
  assert.equal(readFacts(`${site}/a.egg-info/PKG-INFO`, text).packages[0]?.licence, undefined);
});

test('Python: RECORD owns files beside it, by any spelling of the name, and none outside of the image', () => {
  const record = `flask_cors/core.py,sha256=x,1\n"flask_cors/a,""b"".py",,\n../../../bin/flask,,\n../../../../../../etc/passwd,,\n/opt/x,,\n`;
  const { owns } = readFacts(`${site}/flask_cors-4.0.0.dist-info/RECORD`, record);
  assert.deepEqual(owns, [
    {
      ecosystem: 'pypi',
      name: 'flask_cors',
      paths: [`${site}/flask_cors/core.py`, `${site}/flask_cors/a,"b".py`, 'usr/bin/flask', 'opt/x'],
    },
  ]);
  assert.equal(packageKey('pypi', owns[0]?.name ?? ''), packageKey('pypi', 'Flask-Cors'));
});

test('Python: the list of setuptools is written against the egg’s folder', () => {
  const { owns } = readFacts(`${site}/six-1.16.egg-info/installed-files.txt`, '../six.py\nPKG-INFO\n');
  assert.deepEqual(owns[0]?.paths, [`${site}/six.py`, `${site}/six-1.16.egg-info/PKG-INFO`]);
});

test('Python: metadata without a name is named', () => {
  assert.deepEqual(readFacts(`${site}/a.dist-info/METADATA`, '').troubles, ['it says no name and version']);
});
