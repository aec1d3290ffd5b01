import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationText, sizeText } from './quantity.ts';

test('durations as people say them', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0.0 s'],
    [440, '0.4 s'],
    [9_940, '9.9 s'],
    [9_960, '10 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
  ];
  for (const [ms, text] of cases) assert.equal(durationText(ms), text);
});

test('sizes in the unit that leaves two or three digits', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0 B'],
    [512, '512 B'],
    [1_536, '1.5 KiB'],
    [248 * 1024 * 1024, '248 MiB'],
    [4 * 1024 ** 3, '4.0 GiB'],
  ];
  for (const [bytes, text] of cases) assert.equal(sizeText(bytes), text);
});
