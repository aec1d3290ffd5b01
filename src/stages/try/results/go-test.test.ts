import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report, sample } from '../../../../test/support/reports/sample.ts';
import { broken, find, only, statuses, tally } from '../../../../test/support/reports/results.ts';
import { readResults, type Results } from './read.ts';

const read = (content: string | Uint8Array): Results =>
  readResults('go-test', [report('go.jsonl', content)], { mount: '/src' });
const readSample = (name: string): Results => read(sample(name));

interface Event {
  readonly Action: string;
  readonly Package?: string;
  readonly Test?: string;
  readonly Output?: string;
}
const lines = (...events: readonly Event[]): string =>
  events.map((event) => `${JSON.stringify({ Time: 't', Package: 'p', ...event })}\n`).join('');
const run = (name: string, end: string): readonly Event[] => [
  { Action: 'run', Test: name },
  { Action: end, Test: name },
];
const passed: readonly Event[] = [{ Action: 'output', Output: 'PASS\n' }, { Action: 'pass' }];
const failed: readonly Event[] = [{ Action: 'output', Output: 'FAIL\n' }, { Action: 'fail' }];

test('tests, subtests and packages without tests are read as go summed them up', () => {
  const results = readSample('go-1.19.jsonl');
  assert.deepEqual(results.report, { kind: 'complete' });
  // gotestsum: 11 tests, 1 skipped, 3 failures.
  assert.deepEqual(tally(results), { passed: 7, failed: 3, skipped: 1, errored: 0 });
  assert.deepEqual(find(results, 'example.org/sample/calc › TestTable/two#01').parts, {
    class: 'example.org/sample/calc',
    name: 'TestTable/two#01',
  });
  const fails = find(results, 'example.org/sample/calc › TestFails');
  assert.deepEqual(
    [fails.signature, fails.detail],
    ['calc_test.go:<number>: got 41, want 42', 'calc_test.go:7: got 41, want 42'],
  );
  assert.equal(
    find(results, 'example.org/sample/calc › TestSkips').detail,
    'calc_test.go:9: not on this machine',
  );
});

test('a panic takes the tests behind it along: the run counts as broken', () => {
  const results = readSample('go-1.19-panics.jsonl');
  assert.equal(broken(results).code, 'bailed-out');
  assert.deepEqual(statuses(results), {
    'example.org/sample/panics › TestBefore': 'passed',
    'example.org/sample/panics › TestPanics': 'failed',
  });
  assert.equal(
    find(results, 'example.org/sample/panics › TestPanics').signature,
    'panic: assignment to entry in nil map [recovered]',
  );
});

test('a test that hangs until go stops it breaks the run', () => {
  const results = readSample('go-1.19-hangs.jsonl');
  assert.equal(broken(results).code, 'bailed-out');
  assert.equal(only(results).signature, 'panic: test timed out after <quantity>');
});

test('a package that fails though its tests pass is an error of its own', () => {
  const results = readSample('go-1.19-exits.jsonl');
  assert.deepEqual(results.report, { kind: 'complete' });
  assert.deepEqual(statuses(results), {
    'example.org/sample/exits › TestFine': 'passed',
    'example.org/sample/exits › (package)': 'errored',
  });
});

test('what does not build is an error of its package, told by a line or by events', () => {
  const told = readSample('go-1.19-broken.jsonl');
  assert.deepEqual(told.report, { kind: 'complete' });
  assert.deepEqual(statuses(told), { 'example.org/sample/broken › (package)': 'errored' });
  const events = readSample('go-1.24-documented.jsonl');
  assert.deepEqual(events.report, { kind: 'complete' });
  assert.deepEqual(statuses(events), {
    'example.org/sample/broken › (package)': 'errored',
    'example.org/sample/calc › TestPasses': 'passed',
  });
  assert.match(
    find(events, 'example.org/sample/broken › (package)').detail ?? '',
    /undefined: undefinedName/,
  );
});

test('a result from the cache was not seen here, so it is no pass', () => {
  const found = only(readSample('go-1.19-cached.jsonl'));
  assert.deepEqual(
    [found.status, found.detail],
    ['skipped', 'it did not run: the result is from Go’s cache'],
  );
});

test('packages that run at once, and tests that run again, keep apart', () => {
  const mixed = lines(
    { Action: 'run', Test: 'A' },
    { Action: 'run', Package: 'q', Test: 'A' },
    { Action: 'output', Test: 'A', Output: '    a.go:1: of p\n' },
    { Action: 'fail', Package: 'p', Test: 'A' },
    { Action: 'pass', Package: 'q', Test: 'A' },
    ...run('A', 'pass'),
    { Action: 'pass', Package: 'q' },
    ...failed,
  );
  const results = read(mixed);
  assert.deepEqual(results.report, { kind: 'complete' });
  assert.deepEqual(statuses(results), { 'q › A': 'passed', 'p › A': 'failed', 'p › A #2': 'passed' });
});

test('a package without its end, and a line without its end, are truncated', () => {
  const all = lines(...run('A', 'pass'), ...run('B', 'pass'), ...passed);
  assert.deepEqual(read(all).report, { kind: 'complete' });
  const withoutEnd = read(lines(...run('A', 'pass'), { Action: 'run', Test: 'B' }));
  assert.equal(broken(withoutEnd).code, 'truncated');
  assert.deepEqual(statuses(withoutEnd), { 'p › A': 'passed', 'p › B': 'errored' });
  assert.equal(broken(read(all.slice(0, -10))).code, 'truncated');
  assert.equal(broken(read(all.slice(0, 10))).code, 'truncated');
  assert.equal(broken(read('')).code, 'truncated');
  const lost = lines({ Action: 'run', Test: 'A' }, ...passed);
  assert.equal(broken(read(lost)).code, 'truncated');
});

test('noise around the events is passed over, and what only looks like an event is not', () => {
  const noisy = `go: downloading x\n${lines(...run('A', 'pass'))}plain output\n${lines(...passed)}exit status 1\n`;
  assert.deepEqual(read(noisy).report, { kind: 'complete' });
  for (const line of [
    '{"Action":"pass","Action":"fail"}',
    '{"Action":5}',
    '{"Action"}',
    '{"Action":"pass"',
    '{]',
  ])
    assert.equal(broken(read(`${line}\n${lines(...run('A', 'pass'), ...passed)}`)).code, 'malformed', line);
});

test('benchmarks are tests, and other actions are nothing to us', () => {
  const results = read(
    lines(
      { Action: 'start' },
      { Action: 'bench', Test: 'BenchmarkX' },
      { Action: 'attr', Test: 'BenchmarkX' },
      ...passed,
    ),
  );
  assert.deepEqual(statuses(results), { 'p › BenchmarkX': 'passed' });
});

test('PASS behind output without a newline is still the end of the tests', () => {
  const results = read(
    lines(...run('A', 'pass'), { Action: 'output', Output: 'no newlinePASS\n' }, { Action: 'fail' }),
  );
  assert.deepEqual(results.report, { kind: 'complete' });
});
