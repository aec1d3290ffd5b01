import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth } from '../../base/display-width.ts';
import { safeLine } from '../../base/text.ts';
import { foldInert, paragraph, takePen } from './terminal-pen.ts';

const words = ['a::error::b', 'x::::set-output name=y::z', '日本::error::語', 'see `a ::error::b` ::stop::'];
const begins = /^\s*::/;

test('wherever a long word is broken, no row begins a command of a CI system, and none is too wide', () => {
  for (const word of words)
    for (let columns = 4; columns <= word.length + 1; columns += 1) {
      const rows = foldInert(word, columns);
      assert.deepEqual(
        rows.filter((row) => begins.test(row) || displayWidth(row) > columns),
        [],
        `${word} at ${columns} columns`,
      );
      assert.equal(rows.join('').replaceAll(String.raw`\x3a`, ':'), word);
    }
});

test('no line of a paragraph begins a command of a CI system, however it is indented', () => {
  const pen = takePen({ columns: 40, colour: false, all: false });
  for (const word of words)
    for (let before = 0; before < 40; before += 1) {
      const lines = paragraph(safeLine(`${'x'.repeat(before)} ${word}`), '    ', pen);
      assert.deepEqual(
        lines.filter((each) => begins.test(each)),
        [],
      );
    }
});
