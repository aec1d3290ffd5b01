import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeLine, excerpt, splitAtCause } from './excerpt.ts';

test('the line that explains, as each runner writes it', () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      "ImportError while importing test module 'x.py'.\nTraceback:\nx.py:1: in <module>\n    import y\nE   ModuleNotFoundError: No module named 'y'",
      "ModuleNotFoundError: No module named 'y'",
    ],
    [
      '    def test():\n>       assert a == b\nE       assert 1 == 2\nE        +  where 1 = f()\n\nx.py:3: AssertionError',
      'assert 1 == 2',
    ],
    [
      'operator: ok\nexpected: true\nstack: |-\n  Error: wasi is a core module\n      at x',
      'Error: wasi is a core module',
    ],
    [
      'java.lang.AssertionError: expected:<1> but was:<2>\n\tat org.junit.Assert.fail',
      'java.lang.AssertionError: expected:<1> but was:<2>',
    ],
    [
      'Traceback (most recent call last):\n  File "x"\nKeyError: "a"\nDuring handling:\nTraceback (most recent call last):\nValueError: b',
      'ValueError: b',
    ],
    ['panic: runtime error: index out of range\n\ngoroutine 1', 'panic: runtime error: index out of range'],
    ['\n\nsomething went wrong\nand more', 'something went wrong'],
    ['', ''],
  ];
  for (const [text, expected] of cases) assert.equal(causeLine(text), expected);
});

test('a short text is shown whole', () => {
  assert.deepEqual(excerpt('one\r\ntwo\n\n', { linesMax: 8 }), {
    lines: ['one', 'two'],
    before: 0,
    after: 0,
  });
});

test('the indentation that all lines share is left away', () => {
  assert.deepEqual(excerpt('  ---\n    operator: ok\n\n  ...', { linesMax: 8 }).lines, [
    '---',
    '  operator: ok',
    '',
    '...',
  ]);
});

test('a long text is cut around the line that explains, and says how much is missing', () => {
  const lines = Array.from({ length: 40 }, (_, index) => (index === 20 ? 'E   boom' : `line ${index}`));
  const cut = excerpt(lines.join('\n'), { linesMax: 6 });
  assert.deepEqual(cut.lines, ['line 16', 'line 17', 'line 18', 'line 19', 'E   boom', 'line 21']);
  assert.deepEqual([cut.before, cut.after], [16, 18]);
});

test('a text that explains itself at once is shown from its beginning', () => {
  const cut = excerpt(['Error: x', ...Array.from({ length: 30 }, () => '  at y')].join('\n'), {
    linesMax: 4,
  });
  assert.deepEqual([cut.before, cut.after], [0, 27]);
});

test('a line of a megabyte is cut, control characters are shown as escapes', () => {
  const cut = excerpt(`\u001b[31m${'x'.repeat(1_000_000)}`, { linesMax: 4, lineCharsMax: 20 });
  assert.deepEqual(cut.lines, [`\\x1b[31m${'x'.repeat(11)}…`]);
});

test('where no line explains, a failure is shown from its beginning and a log from its end', () => {
  const log = Array.from({ length: 10 }, (_, index) => `line ${index}`).join('\n');
  assert.deepEqual(excerpt(log, { linesMax: 2 }).lines, ['line 0', 'line 1']);
  assert.deepEqual(excerpt(log, { linesMax: 2, otherwise: 'end' }).lines, ['line 8', 'line 9']);
});

test('splitting at the line that explains loses nothing', () => {
  assert.deepEqual(splitAtCause('before\nE   boom\nafter\n'), ['before\n', 'E   boom', '\nafter']);
  assert.deepEqual(splitAtCause('Error: only'), ['', 'Error: only', '']);
  assert.deepEqual(splitAtCause('starting\nKilled'), ['starting\nKilled', '', '']);
  assert.deepEqual(splitAtCause(''), ['', '', '']);
});
