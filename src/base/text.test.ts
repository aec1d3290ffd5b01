import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLinear } from '../../test/support/cpu-time.ts';
import { clip, inert, plural, safeClip, safeLine, visible, visibleLine } from './text.ts';

test('terminal control sequences are shown as escapes', () => {
  assert.equal(visible('\u001b]0;owned\u0007\u009b31mred'), String.raw`\x1b]0;owned\x07\x9b31mred`);
});

test('bidirectional, invisible and tag characters are shown as escapes', () => {
  assert.equal(visible('a\u202eb\u2066c\u200dd\u00ade'), String.raw`a\u202eb\u2066c\u200dd\xade`);
  assert.equal(visible('\u{e0041}'), String.raw`\u{e0041}`);
  assert.equal(visible('\u3164'), String.raw`\u3164`);
});

test('tabs, newlines, accents, CJK and emoji stay as they are', () => {
  const text = 'grün\t日本語\n🙂 e\u0301';
  assert.equal(visible(text), text);
});

test('a line end of Windows is a newline, a carriage return on its own is an escape', () => {
  assert.equal(visible('one\r\ntwo\rthree'), 'one\ntwo\\x0dthree');
});

test('a broken surrogate becomes a replacement character', () => {
  assert.equal(visible('a\ud800b'), 'a\ufffdb');
});

test('visibleLine leaves one line', () => {
  assert.equal(visibleLine('one \r\n  two\tthree\n\nfour'), 'one two three four');
});

test('a megabyte of spaces or newlines is handled in linear time', () => {
  assertLinear(() => {
    visibleLine(' '.repeat(1_000_000));
    visibleLine(' \n'.repeat(500_000));
    inert('##a'.repeat(300_000));
  });
});

test('workflow commands of GitHub, Azure and TeamCity are broken, wherever they stand', () => {
  const attacks = [
    '::set-output name=x::y',
    '  ::error::boom',
    'before ::add-mask::x',
    'line\n::stop-commands::t',
    'x ##[set-env name=PATH]y',
    '##vso[task.setvariable variable=a]b',
    "##teamcity[buildStatus text='ok']",
  ];
  for (const attack of attacks) {
    assert.doesNotMatch(inert(attack), /(?:^|\s)::|##\w*\[/, attack);
  }
});

test('a line that is safe to print is whole, or cut to its place', () => {
  const lines = ['one ##vso[x]', 'two\nlines'];
  assert.deepEqual(lines.map(safeLine), [String.raw`one \x23#vso[x]`, 'two lines']);
  assert.equal(safeClip('##[a]b', 5), String.raw`\x23#[a…`);
});

test('what only looks similar to a workflow command stays', () => {
  for (const text of ['std::vector', 'test_a.py::TestB::test_c', '## Heading', 'a ### b']) {
    assert.equal(inert(text), text);
  }
});

test('clip keeps short text and cuts long text with an ellipsis', () => {
  assert.equal(clip('four', 4), 'four');
  assert.equal(clip('fives', 4), 'fiv…');
});

test('clip never splits a surrogate pair', () => {
  assert.equal(clip('ab🙂cd', 4), 'ab…');
});

test('plural', () => {
  assert.equal(plural(1, 'test'), '1 test');
  assert.equal(plural(0, 'test'), '0 tests');
  assert.equal(plural(2, 'class', 'classes'), '2 classes');
});
