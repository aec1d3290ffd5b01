import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLinear } from '../../../../test/support/cpu-time.ts';
import * as fc from 'fast-check';
import { signatureOf } from './signature.ts';

const said = (message: string, text = '', type = ''): string | undefined =>
  signatureOf({ message, text, type });

const varying: readonly (readonly [string, string, string])[] = [
  ['addresses', '<Server object at 0x7f2d91308ad0> is gone', '<Server object at 0x55aa> is gone'],
  ['ports', 'connect ECONNREFUSED http://127.0.0.1:41234/x', 'connect ECONNREFUSED http://127.0.0.1:8080/x'],
  ['line numbers', 'at a.py:12:3 it broke', 'at a.py:480:1 it broke'],
  ['line numbers in words', 'File "a.txt", line 3 is empty', 'File "a.txt", line 44 is empty'],
  ['durations', 'timed out after 5003.1 ms', 'timed out after 4999 ms'],
  ['sizes', 'used 12 MiB of memory', 'used 13.5 MiB of memory'],
  ['timestamps', 'expired at 2026-11-21T02:54:12.393+00:00', 'expired at 2027-01-01T00:00:00Z'],
  ['times of day', 'at 02:54:12 nothing came', 'at 12:00:00.5 nothing came'],
  ['temporary files', "no such file '/tmp/pytest-of-root/pytest-0/x.db'", "no such file '/tmp/tmpab12/x.db'"],
  [
    'identifiers',
    'no 123e4567-e89b-12d3-a456-426614174000 here',
    'no 00000000-e89b-12d3-a456-426614174fff here',
  ],
  ['digests', 'layer 0123456789abcdef0123 is missing', 'layer ffffffffffffffff is missing'],
  ['colours', '\u001b[31mexpected\u001b[0m 3', 'expected 3'],
  ['processes', 'pid 4711 died', 'pid 1 died'],
];

for (const [what, left, right] of varying) {
  test(`failures that differ in ${what} only are the same failure`, () => {
    assert.notEqual(said(left), undefined);
    assert.equal(said(left), said(right));
  });
}

test('failures that differ in what was expected are two failures', () => {
  assert.notEqual(said('assert 41 == 42'), said('assert 41 == 43'));
  assert.notEqual(said('expected 3:1'), said('expected 3:2'));
  assert.notEqual(said("No module named 'distutils'"), said("No module named 'imp'"));
});

test('a message that says nothing gives way to the text', () => {
  assert.equal(
    said('Failed', '=== RUN   TestX\n    x_test.go:5: boom\n--- FAIL: TestX (0.00s)'),
    'x_test.go:<number>: boom',
  );
  assert.equal(said('', '\n  ● Test suite failed to run\n\n    Cannot find module'), 'Cannot find module');
  assert.equal(said('failure', '', 'AssertionError'), 'AssertionError');
  assert.equal(said('failed', '', ''), 'failed');
  assert.equal(said('', '', ''), undefined);
});

test('of a pytest failure the line that pytest marks counts', () => {
  const text =
    "ImportError while importing test module '/src/a.py'.\nHint: make sure\nTraceback:\n    import x\nE   ModuleNotFoundError: No module named 'x'";
  assert.equal(said('collection failure', text), "ModuleNotFoundError: No module named 'x'");
  assert.equal(said('', 'E   assert 1 == 2\nE   more'), 'assert 1 == 2');
});

test('of a Python traceback the exception counts', () => {
  const text =
    'Traceback (most recent call last):\n  File "a.py", line 4, in b\n    c()\n    ^^^\nKeyError: 1\n';
  assert.equal(said('', text), 'KeyError: 1');
});

test('a signature is one bounded line, whatever a report holds', () => {
  const words = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(
          '\n',
          'E   ',
          '0x',
          ':1',
          '/tmp/',
          'Traceback (most recent call last)',
          ' line ',
          '1.1',
          'ms',
        ),
      ),
    )
    .map((all) => all.join(''));
  fc.assert(
    fc.property(words, words, words, (message, text, type) => {
      const signature = signatureOf({ message, text, type });
      if (signature !== undefined) assert.ok(signature.length <= 200 && !/[\n\r]/.test(signature));
      assert.equal(signatureOf({ message, text, type }), signature);
    }),
  );
});

test('a text of megabytes takes no time', () => {
  assertLinear(() => {
    for (const unit of ['1', '1.', 'a', ' ', '/tmp/', ':1', '\n', '^', '0x', '# ', 'E  ', '2026-11-21']) {
      signatureOf({ message: unit.repeat(1_000_000), text: unit.repeat(1_000_000), type: '' });
    }
  });
});
