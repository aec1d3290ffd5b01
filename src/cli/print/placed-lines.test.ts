import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placedLines } from './placed-lines.ts';

test('texts that fit stand below each other; one that does not stands whole below its place', () => {
  assert.deepEqual(
    placedLines(
      [
        { place: 'a.yaml:1:1', text: 'stale' },
        { place: 'b/c.yaml:12:3', text: 'has gone\u001B[2J' },
        { place: 'd.yaml:1:1', text: 'the registry says: come back later' },
      ],
      34,
    ),
    [
      '  a.yaml:1:1     stale',
      String.raw`  b/c.yaml:12:3  has gone\x1b[2J`,
      '  d.yaml:1:1',
      '    the registry says: come back',
      '    later',
    ],
  );
  assert.deepEqual(placedLines([], 80), []);
});
