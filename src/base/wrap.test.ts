import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wrapToWidth } from './wrap.ts';

test('a text that fits is one line, an empty text an empty line', () => {
  assert.deepEqual(wrapToWidth('one two', 7), ['one two']);
  assert.deepEqual(wrapToWidth('', 7), ['']);
});

test('a longer text breaks at spaces, by columns and not by characters', () => {
  assert.deepEqual(wrapToWidth('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrapToWidth('日本 日本 x', 6), ['日本', '日本 x']);
});

test('a word that is too long stays whole, so that it can be copied', () => {
  assert.deepEqual(wrapToWidth('a /a/very/long/path b', 6), ['a', '/a/very/long/path', 'b']);
});
