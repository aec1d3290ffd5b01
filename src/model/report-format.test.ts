import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatOfSample } from '../../test/support/reports/fuzz.ts';
import { sample, sampleNames } from '../../test/support/reports/sample.ts';
import { lookOf } from './report-format.ts';

const look = (content: string | Uint8Array): string | undefined => {
  const found = lookOf(typeof content === 'string' ? Buffer.from(content) : content);
  return found?.kind === 'report' ? found.format : found?.what;
};

test('reports of real runners show their format by their first bytes', () => {
  // Of a package that does not build, go says so in plain text.
  const silent = new Set(['go-1.19-broken.jsonl']);
  const names = (['xml', 'tap', 'json', 'jsonl'] as const)
    .flatMap(sampleNames)
    .filter((name) => !silent.has(name));
  for (const name of names) assert.equal(look(sample(name)), formatOfSample(name), name);
});

test('output in front of the first test hides no format', () => {
  assert.equal(look('> project@1.0.0 test\n> tape\n\nTAP version 13\n'), 'tap');
  assert.equal(look('go: downloading x v1\n{"Time":"t","Action":"run"}\n'), 'go-test');
  assert.equal(look(Buffer.from('\uFEFF<testsuite/>', 'utf16le')), 'junit');
  assert.equal(look('\uFEFF  <testsuites/>'), 'junit');
});

test('other files are called by what they are', () => {
  const others: readonly (readonly [string | Uint8Array, string])[] = [
    [Buffer.from([0x1f, 0x8b, 8]), 'a gzip archive'],
    [sample('subunit-1.4.subunit'), 'a subunit stream (subunit2junitxml makes JUnit XML of it)'],
    ['a\0b', 'a binary file'],
    ['<!DOCTYPE html><p>', 'a page of HTML'],
    [
      '<?xml version="1.0"?>\n<test-run id="2">',
      'an NUnit 3 report (nunit3-junit.xslt makes JUnit XML of it)',
    ],
    ['<TestRun xmlns="x">', 'a Visual Studio test report (trx)'],
    ['<plist>', 'XML of another kind (<plist>)'],
    ['{"total":{}}', 'JSON of another kind'],
    ['ok  \texample.org/a\t0.1s\n', 'the output of go test without -json'],
  ];
  for (const [content, what] of others) assert.equal(look(content), what);
});

test('nothing, and plain words, could be anything', () => {
  for (const content of ['', ' \n', 'hello\n']) assert.equal(look(content), undefined);
});
