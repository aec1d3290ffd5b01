import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLinear } from '../../test/support/cpu-time.ts';
import * as fc from 'fast-check';
import { compileGlob, hasWildcard, matchesGlob, type GlobSubject } from './glob.ts';

const cases: readonly (readonly [GlobSubject, string, readonly string[], readonly string[]])[] = [
  ['path', 'report.xml', ['report.xml'], ['report.xmlx', 'xreport.xml', 'a/report.xml', '']],
  ['path', '*.xml', ['a.xml', '.xml', '.hidden.xml'], ['a/b.xml', 'a.xml/', 'axml']],
  [
    'path',
    'build/*/test-*.xml',
    ['build/a/test-.xml', 'build/b/test-1.xml'],
    ['build/test-1.xml', 'build/a/b/test-1.xml'],
  ],
  ['path', '**/*.xml', ['a.xml', 'a/b.xml', 'a/b/c.xml'], ['a.txt', 'a/b.xml/c']],
  ['path', '**', ['a', 'a/b', ''], []],
  ['path', 'a/**', ['a/b', 'a/b/c', 'a/'], ['a', 'b/a/c']],
  ['path', '**/b', ['b', 'a/b'], ['ab', 'b/a']],
  ['path', 'a/**/b', ['a/b', 'a/x/b', 'a/x/y/b'], ['ab', 'a/xb', 'a/b/c']],
  ['path', 'a**b', ['ab', 'a/b', 'axx/yb'], ['a/bc']],
  ['path', '?.tap', ['a.tap', 'ä.tap', '😀.tap'], ['.tap', 'ab.tap', '/.tap']],
  ['path', '[a-cx].tap', ['a.tap', 'b.tap', 'x.tap'], ['d.tap', '-.tap', '/.tap']],
  ['path', '[!a-c].tap', ['d.tap', '-.tap'], ['a.tap', '/.tap']],
  ['path', '[^a].tap', ['b.tap'], ['a.tap']],
  ['path', '[]a].tap', ['].tap', 'a.tap'], ['b.tap']],
  ['path', '[a-].tap', ['a.tap', '-.tap'], ['b.tap']],
  ['path', '[a.tap', ['[a.tap'], ['a.tap']],
  ['path', '{a,b/c}.xml', ['a.xml', 'b/c.xml'], ['b.xml', 'a,b/c.xml']],
  ['path', '{a,b{c,d}}x', ['ax', 'bcx', 'bdx'], ['bx', 'abcx']],
  ['path', '{,a}b', ['b', 'ab'], ['aab']],
  ['path', '{*.xml,*.tap}', ['a.xml', 'b.tap'], ['a/b.xml']],
  ['path', '{a}', ['{a}'], ['a']],
  ['path', '{a,b', ['{a,b'], ['a', 'b']],
  ['path', 'a}b', ['a}b'], ['ab']],
  ['path', '{a,[,}]b}', ['a', ',b', '}b'], ['b', 'a,b']],
  ['path', '\\*.xml', ['*.xml'], ['a.xml']],
  ['path', 'a\\', ['a\\'], ['a']],
  ['test', 'pkg › *', ['pkg › a', 'pkg › a/b › c', 'pkg › '], ['pkg', 'x › pkg › a']],
  ['test', '*core*', ['core', 'test/core.js › x', 'a core'], ['cor']],
  ['test', 'test_x[a-b]', ['test_x[a-b]'], ['test_xa', 'test_x[a]']],
  ['test', 'test_x[*]', ['test_x[1]', 'test_x[a/b]'], ['test_x']],
  ['test', 'is {a,b}?', ['is a?', 'is bx', 'is {a,b}?'], ['is c?']],
  ['test', 'what {a,b} *', ['what {a,b} *', 'what a x'], ['what c x']],
];

for (const [subject, pattern, matching, others] of cases) {
  test(`over ${subject}s, ${pattern} matches what it says and nothing else`, () => {
    for (const text of matching) assert.equal(matchesGlob(pattern, text, subject), true, text);
    for (const text of others) assert.equal(matchesGlob(pattern, text, subject), false, text);
  });
}

test('a pattern agrees with the regular expression that it stands for', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    '/',
    '*',
    '**',
    '**/',
    '?',
    '[ab]',
    '[!a]',
    '{a,b}',
    '{*,b/}',
    '{a,{b,?}}',
    '\\*',
  );
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', 'c'), maxLength: 8 });
  const property = fc.property(fc.array(piece, { maxLength: 5 }), letters, (pieces, text) => {
    // Two stars in a row are one pair, which the translation below does not know.
    const pattern = pieces.join('').replaceAll(/\*{2,}/g, '**');
    assert.equal(
      matchesGlob(pattern, text, 'path'),
      asRegularExpression(pattern).test(text),
      JSON.stringify([pattern, text]),
    );
  });
  fc.assert(property, { numRuns: 3000 });
});

test('any pattern and any text come to an answer', () => {
  const anything = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...Array.from('[]{}*?,\\/!^-a')),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    ),
  });
  fc.assert(
    fc.property(
      anything,
      anything,
      (pattern, text) => typeof matchesGlob(pattern, text, 'path') === 'boolean',
    ),
  );
  fc.assert(fc.property(anything, (text) => matchesGlob(text, text, 'test')));
});

test('patterns that make others backtrack are answered in time', () => {
  const text = `${'a'.repeat(1000)}b`;
  assertLinear(() => {
    for (const pattern of [
      '*a'.repeat(100),
      '**/'.repeat(100),
      '{a,*}'.repeat(100),
      '{'.repeat(1000),
      '['.repeat(1000),
      `${'{a,'.repeat(500)}${'}'.repeat(500)}`,
    ]) {
      assert.equal(matchesGlob(`${pattern}x`, text, 'path'), false);
    }
  });
});

test('one compiled pattern answers for many texts, each for itself', () => {
  const matches = compileGlob('*b*', 'test');
  assert.deepEqual(['ab', 'a', 'b', 'aaa', 'bbb', ''].map(matches), [true, false, true, false, true, false]);
});

test('a plain path has no wildcard', () => {
  assert.equal(hasWildcard('build/report.xml'), false);
  for (const pattern of ['*.xml', 'a?', '[a].xml', '{a,b}']) assert.equal(hasWildcard(pattern), true);
});

function asRegularExpression(pattern: string): RegExp {
  const translated = pattern.replaceAll(/(?<=^|\/)\*\*\/|\*\*|\\\*|[*?{},]|\[!a\]|\[ab\]/g, (token) => {
    switch (token) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      case '{':
        return '(?:';
      case '}':
        return ')';
      case ',':
        return '|';
      case '[!a]':
        return '[^a/]';
      default:
        return token;
    }
  });
  return new RegExp(`^${translated}$`, 'su');
}
