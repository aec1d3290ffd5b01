import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { compareVersions, entryFor, readKnowledge } from './buildpack-knowledge.ts';

const file = path.join(import.meta.dirname, '../../data/buildpacks/heroku-python.yaml');
const good = await readFile(file, 'utf8');

const bad: readonly (readonly [string, string, string, RegExp])[] = [
  ['a key that is misspelled', 'up-to:', 'upto:', /up-to|upto/],
  ['a file that nobody reads', 'file: runtime.txt', 'file: runtime.text', /file/],
  ['a runtime that nobody knows', 'runtime: python', 'runtime: pyhton', /runtime/],
  ['a source that is no link', 'source: https://', 'source: htp//', /source/],
  ['a day that is none', 'checked: 2026-11-21', 'checked: today', /checked/],
  ['a version out of order', 'from: 0.22.0', 'from: 0.18.5', /0\.18\.5 stands behind 0\.19\.0/],
  ['an entry beyond what was looked at', 'up-to: 6.5.6', 'up-to: 3.9.9', /4\.0\.0 is newer than up-to/],
  ['a kind of table that there is not', 'kind: series', 'kind: guess', /table/],
  ['no YAML', 'reads:', 'reads: [', /.*/],
];

for (const [name, from, to, says] of bad) {
  test(`data that is refused: ${name}`, () => {
    assert.ok(good.includes(from));
    assert.throws(() => readKnowledge(good.replace(from, to), 'x.yaml'), {
      code: 'document-invalid',
      message: says,
    });
  });
}

test('the entry that holds is the newest that is not newer than the buildpack', () => {
  const { bounds } = readKnowledge(good, 'x.yaml');
  assert.equal(entryFor(bounds, '0.1.9'), undefined);
  assert.equal(entryFor(bounds, '0.19.2')?.from, '0.19.0');
  assert.equal(entryFor(bounds, '0.22.0')?.from, '0.22.0');
  assert.equal(entryFor(bounds, '100.0.0')?.from, '4.0.0');
});

test('versions are compared by their numbers', () => {
  assert.deepEqual(['0.10.0', '0.9.1', '0.9', '1'].toSorted(compareVersions), [
    '0.9',
    '0.9.1',
    '0.10.0',
    '1',
  ]);
  assert.equal(compareVersions('3.13', '3.13.0'), 0);
});
