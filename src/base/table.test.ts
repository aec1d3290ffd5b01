import assert from 'node:assert/strict';
import { test } from 'node:test';
import { displayWidth } from './display-width.ts';
import { formatTable } from './table.ts';

test('columns are as wide as their widest cell, numbers stand to the right', () => {
  const rows = [
    ['gyp', '27', 'lost'],
    ['resolve', '4', ''],
  ];
  assert.deepEqual(formatTable([{}, { align: 'right' }, {}], rows, 80), ['gyp      27  lost', 'resolve   4']);
});

test('wide characters keep the columns straight', () => {
  assert.deepEqual(
    formatTable(
      [{}, {}],
      [
        ['日本', 'a'],
        ['x', 'b'],
      ],
      80,
    ),
    ['日本  a', 'x     b'],
  );
});

test('only shrinking columns are cut when the place is narrow', () => {
  const rows = [['a-name-that-is-quite-long', 'kept whole', 'another rather long cell']];
  const [line] = formatTable([{ shrinks: true }, {}, { shrinks: true }], rows, 44);
  assert.equal(line, 'a-name-that-is…  kept whole  another rather…');
});

test('a table never grows beyond its place while something can shrink', () => {
  const rows = [
    ['日本語'.repeat(20), 'x'.repeat(100), '1'],
    ['short', 'y', '22'],
  ];
  for (let width = 24; width < 200; width += 7) {
    for (const line of formatTable([{ shrinks: true }, { shrinks: true }, { align: 'right' }], rows, width)) {
      assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
    }
  }
});

test('colour is laid on after cutting and padding', () => {
  const paint = (text: string): string => `<${text}>`;
  assert.deepEqual(
    formatTable(
      [{}, {}],
      [
        [{ text: 'a', paint }, 'b'],
        ['ccc', 'd'],
      ],
      80,
    ),
    ['<a  >  b', 'ccc  d'],
  );
});
