import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broken, find, only, statuses, tally } from '../../../../test/support/reports/results.ts';
import { report, sample } from '../../../../test/support/reports/sample.ts';
import { limits } from '../../../base/limits.ts';
import { readResults, type Results } from './read.ts';

const read = (content: string | Uint8Array): Results =>
  readResults('ctrf', [report('ctrf.json', content)], { mount: '/src' });
const readTests = (...tests: readonly object[]): Results => read(JSON.stringify({ results: { tests } }));

// The figures are those of each report's own summary.
const samples = [
  ['jest-ctrf-0.0.11.json', { passed: 4, failed: 1, skipped: 2, errored: 0 }],
  ['mocha-ctrf-0.0.11.json', { passed: 1, failed: 2, skipped: 2, errored: 0 }],
  ['playwright-ctrf-0.0.29.json', { passed: 3, failed: 2, skipped: 1, errored: 0 }],
] as const;

for (const [name, expected] of samples) {
  test(`${name} is read as its runner summed it up`, () => {
    const results = read(sample(name));
    assert.deepEqual(results.report, { kind: 'complete' });
    assert.deepEqual(tally(results), expected);
  });
}

test('file, suite and name make the id, and equal names are numbered', () => {
  assert.deepEqual(Object.keys(statuses(read(sample('jest-ctrf-0.0.11.json')))).slice(-2), [
    'jest/a.test.js › a.test.js > a suite > within › a suite within the same',
    'jest/a.test.js › a.test.js > a suite > within › a suite within the same #2',
  ]);
  const listed = readTests({ name: 'a', status: 'passed', suite: ['x', '', 'y'] });
  assert.deepEqual(only(listed).parts, { class: 'x › y', name: 'a' });
});

test('a pass after a retry is marked, and a failure after one is a failure', () => {
  const results = read(sample('playwright-ctrf-0.0.29.json'));
  assert.equal(find(results, 'playwright/a.spec.js › a.spec.js › flaky').flaked, true);
  const late = find(results, 'playwright/a.spec.js › a.spec.js › late');
  assert.deepEqual(
    [late.status, late.signature, late.flaked],
    ['failed', 'Test timeout of <quantity> exceeded.', undefined],
  );
  assert.equal(only(readTests({ name: 'a', status: 'passed', retries: 1 })).flaked, true);
  assert.equal(only(readTests({ name: 'a', status: 'passed', retries: 0, flaky: false })).flaked, undefined);
});

test('what neither passed nor failed did not run, with its reason', () => {
  const results = readTests(
    { name: 'a', status: 'other', rawStatus: 'todo' },
    { name: 'b', status: 'pending', message: 'later' },
    { name: 'c', status: 'skipped', rawStatus: 'skipped' },
  );
  assert.deepEqual(
    results.observations.map(({ status, detail }) => [status, detail]),
    [
      ['skipped', 'todo'],
      ['skipped', 'later'],
      ['skipped', undefined],
    ],
  );
});

test('times are seconds, and members that are missing or of another kind are absent', () => {
  const [first, second] = readTests(
    { name: 'a', status: 'passed', duration: 250 },
    { status: 'passed', duration: 'long', name: null, suite: 5, filePath: [], flaky: 'yes', retries: {} },
  ).observations;
  assert.deepEqual(first, { id: 'a', parts: { name: 'a' }, status: 'passed', seconds: 0.25 });
  assert.deepEqual(second, { id: '(unnamed)', parts: { name: '(unnamed)' }, status: 'passed' });
});

test('a status that nobody knows is refused, not passed over', () => {
  for (const status of ['PASSED', 'error', '', undefined])
    assert.equal(broken(readTests({ name: 'a', status })).code, 'malformed', String(status));
});

test('what the summary counts and the list lacks breaks the report', () => {
  const of = (summary: object): Results =>
    read(JSON.stringify({ results: { summary, tests: [{ name: 'a', status: 'passed' }] } }));
  assert.deepEqual(of({ tests: 1, failed: 0 }).report, { kind: 'complete' });
  assert.equal(broken(of({ tests: 2, failed: 0 })).code, 'suite-error');
  assert.equal(broken(of({ tests: 1, failed: 1 })).code, 'suite-error');
});

test('other JSON, no list of tests, and a second key are malformed', () => {
  for (const text of [
    '[]',
    '5',
    '{}',
    '{"results":[]}',
    '{"results":{}}',
    '{"results":{"tests":{}}}',
    '{"results":{"tests":[5]}}',
    '{"results":{"tests":[]},"results":{"tests":[]}}',
    '{"results":{"tests":[{"status":"passed","status":"failed"}]}}',
    '{"results":{"tests":[]}} x',
    '{"results":{"tests":[],}}',
    '{results:{}}',
    '{"results":{"tests":[{"name":"\\x"}]}}',
    '{"results":{"tests":[{"name":tru,"status":"passed"}]}}',
    '{"results":{"tests":[{"a":01,"status":"passed"}]}}',
  ])
    assert.equal(broken(read(text)).code, 'malformed', text);
  assert.match(broken(read('{"a":1}')).why, /looks like JSON of another kind/);
});

test('an enormous text is cut, and nesting without end is too large', () => {
  const long = 'x'.repeat(3 * limits.reportStringBytesMax);
  const found = only(readTests({ name: 'a', status: 'failed', message: `first\n${long}`, stdout: [long] }));
  assert.equal(found.signature, 'first');
  const escaped = only(
    readTests({ name: 'a', status: 'failed', message: '\u0001'.repeat(limits.reportStringBytesMax) }),
  );
  assert.equal(escaped.status, 'failed');
  assert.equal(broken(read(`{"x":${'['.repeat(10_000)}`)).code, 'too-large');
  assert.equal(broken(read(`{"a":${'{"a":'.repeat(10_000)}`)).code, 'too-large');
});

test('byte order marks, UTF-16 and bytes that are no text are survived', () => {
  const text = JSON.stringify({ results: { tests: [{ name: 'café 😀', status: 'passed' }] } });
  for (const bytes of [Buffer.from(`\uFEFF${text}`), Buffer.from(`\uFEFF${text}`, 'utf16le')])
    assert.deepEqual(statuses(read(bytes)), { 'café 😀': 'passed' });
  const swapped = Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
  assert.deepEqual(statuses(read(swapped)), { 'café 😀': 'passed' });
  const latin = Buffer.from('{"results":{"tests":[{"name":"caf\xe9 \\ud800","status":"passed"}]}}', 'latin1');
  assert.deepEqual(statuses(read(latin)), { 'caf\ufffd \ufffd': 'passed' });
});
