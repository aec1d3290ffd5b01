import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextIndex } from './text-position.ts';

test('offsets become lines and columns that count from 1, whatever ends a line', () => {
  const text = 'ab\ncd\r\n\nx';
  const index = new TextIndex(text);
  assert.deepEqual(
    [0, 1, 3, 4, 7, 8].map((offset) => index.position(offset)),
    [
      { line: 1, column: 1 },
      { line: 1, column: 2 },
      { line: 2, column: 1 },
      { line: 2, column: 2 },
      { line: 3, column: 1 },
      { line: 4, column: 1 },
    ],
  );
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((line) => index.line(line)),
    ['ab', 'cd', '', 'x', ''],
  );
});

test('an offset beyond the text is its end', () => {
  assert.deepEqual(new TextIndex('ab\n').position(99), { line: 2, column: 1 });
  assert.deepEqual(new TextIndex('').position(5), { line: 1, column: 1 });
});

test('ranges in bytes count what UTF-8 needs', () => {
  const text = 'ä: 🐳 x';
  const index = new TextIndex(text);
  const span = { start: text.indexOf('x'), end: text.indexOf('x') + 1 };
  const bytes = index.bytes(span);
  assert.equal(Buffer.from(text).subarray(bytes.start, bytes.end).toString(), 'x');
});
