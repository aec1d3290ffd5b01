import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutMiddle, cutToWidth, displayWidth, foldToWidth, padToWidth } from './display-width.ts';

test('widths as a terminal counts them', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['', 0],
    ['plain', 5],
    ['grün', 4],
    ['日本語', 6],
    ['한국', 4],
    ['Ｆｕｌｌ', 8],
    ['🙂', 2],
    ['✔\ufe0f', 2],
    ['e\u0301', 1],
    ['a → b', 5],
    ['cut…', 4],
    ['𠀋', 2],
    ['\u001b[1;31mred\u001b[39m\u001b[22m', 3],
  ];
  for (const [text, width] of cases) assert.equal(displayWidth(text), width, JSON.stringify(text));
});

test('a text that fits is not touched, one that does not is cut with an ellipsis', () => {
  assert.equal(cutToWidth('exactly', 7), 'exactly');
  assert.equal(cutToWidth('exactly!', 7), 'exactl…');
  assert.equal(cutToWidth('exactly!', 1), '…');
  assert.equal(cutToWidth('日本語', 5), '日本…');
  assert.equal(cutToWidth('日本語', 4), '日…');
  assert.equal(cutToWidth('x', 0), '');
});

test('a cut never leaves more columns than asked, nor half a character', () => {
  const text = 'aé日🙂e\u0301한'.repeat(5);
  for (let columns = 0; columns < 40; columns += 1) {
    const cut = cutToWidth(text, columns);
    assert.ok(displayWidth(cut) <= columns, String(columns));
    assert.ok(cut.isWellFormed());
  }
});

test('a name of a megabyte is cut', () => {
  assert.equal(displayWidth(cutToWidth('日'.repeat(1_000_000), 80)), 79);
});

test('padding counts columns, not characters', () => {
  assert.equal(padToWidth('日本', 6), '日本  ');
  assert.equal(padToWidth('7', 3, 'right'), '  7');
  assert.equal(padToWidth('too long', 3), 'too long');
});

test('folding loses nothing and never breaks a character', () => {
  assert.deepEqual(foldToWidth('abcdef', 4), ['abcd', 'ef']);
  assert.deepEqual(foldToWidth('日本語', 4), ['日本', '語']);
  assert.deepEqual(foldToWidth('日本語', 3), ['日', '本', '語']);
  assert.deepEqual(foldToWidth('日', 1), ['日']);
  assert.deepEqual(foldToWidth('', 4), ['']);
});

test('what is cut in the middle keeps both ends', () => {
  assert.equal(cutMiddle('127.0.0.1:5000/team/ci:latest', 29), '127.0.0.1:5000/team/ci:latest');
  assert.equal(cutMiddle('127.0.0.1:5000/team/ci:latest', 19), '127.0.0.1…ci:latest');
  assert.equal(cutMiddle('127.0.0.1:5000/team/ci:latest', 18), '127.0.0.1…i:latest');
  assert.equal(cutMiddle('abcdef', 2), 'a…');
  assert.equal(cutMiddle('日本語日本語', 5), '日本…');
});
