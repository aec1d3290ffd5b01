import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellWord } from './shell-word.ts';

test('what a shell would read as more than a word stands in quotes, all else as it is', () => {
  assert.equal(shellWord('out/bundle-1.2_x@sha256:ab,c=d%+'), 'out/bundle-1.2_x@sha256:ab,c=d%+');
  assert.equal(shellWord("it's on"), String.raw`'it'\''s on'`);
  for (const text of ['', '~', '*', 'a\nb', '$x', 'a;b', '#a']) assert.equal(shellWord(text), `'${text}'`);
});
