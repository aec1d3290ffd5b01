import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from './failure.ts';
import { durationPattern, formatSize, parseDuration, parseSize, sizePattern } from './units.ts';

const durations: readonly (readonly [string, number])[] = [
  ['500ms', 500],
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['2h', 7_200_000],
  ['1h30m', 5_400_000],
  ['1h1m1s1ms', 3_661_001],
];

const sizes: readonly (readonly [string, number])[] = [
  ['17b', 17],
  ['64k', 65_536],
  ['512m', 536_870_912],
  ['4g', 4_294_967_296],
  ['4G', 4_294_967_296],
  ['4GiB', 4_294_967_296],
  ['1t', 1_099_511_627_776],
];

test('a duration is read in milliseconds, and the schema’s pattern agrees', () => {
  for (const [text, ms] of durations) {
    assert.equal(parseDuration(text), ms, text);
    assert.match(text, new RegExp(durationPattern));
  }
});

test('a size is read in bytes, and the schema’s pattern agrees', () => {
  for (const [text, bytes] of sizes) {
    assert.equal(parseSize(text), bytes, text);
    assert.match(text, new RegExp(sizePattern));
  }
});

test('what is no duration is refused, and by the pattern too', () => {
  for (const text of ['', '30', '30 m', '30min', 'm', '1.5h', '-5m', '5m1h', '99999999999h', '30m\n']) {
    assert.throws(
      () => parseDuration(text),
      (error) => isFailure(error, 'usage'),
      text,
    );
    assert.doesNotMatch(text.replace('\n', ' '), new RegExp(durationPattern));
  }
});

test('what is no size is refused, and by the pattern too', () => {
  // "GB" is 1000³ to some and 1024³ to others.
  for (const text of ['', '4', '4 g', 'g', '4gb', '4GB', '1.5g', '-4g', '4x']) {
    assert.throws(
      () => parseSize(text),
      (error) => isFailure(error, 'usage'),
      text,
    );
    assert.doesNotMatch(text, new RegExp(sizePattern));
  }
});

test('bytes are shown in the largest unit that leaves a whole number before the point', () => {
  assert.deepEqual([0, 1023, 1024, 1536, 4_294_967_296, 4_617_089_843, 161_061_273_600].map(formatSize), [
    '0 B',
    '1023 B',
    '1 KiB',
    '1.5 KiB',
    '4 GiB',
    '4.3 GiB',
    '150 GiB',
  ]);
});
