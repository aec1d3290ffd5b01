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

test('ranges in bytes count what UTF-8 needs, wherever in a text they lie', () => {
  const text = `${'aä🐳€\n'.repeat(1000)}x\ud83d`;
  const index = new TextIndex(text);
  for (const end of [0, 1, 2, 4, 5, 1023, 1024, 1025, 2047, 2048, 5000, text.length]) {
    const start = Math.max(0, end - 2);
    const wanted = {
      start: Buffer.byteLength(text.slice(0, start)),
      end: Buffer.byteLength(text.slice(0, end)),
    };
    if (text.slice(0, start).isWellFormed() && text.slice(0, end).isWellFormed())
      assert.deepEqual(index.bytes({ start, end }), wanted);
  }
  const last = index.bytes({ start: text.length - 2, end: text.length });
  assert.equal(Buffer.from(text).subarray(last.start, last.end).toString(), 'x\ufffd');
});
