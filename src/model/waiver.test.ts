import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from './digest.ts';
import { isHeld } from './hold.ts';
import { waiverState, type Waiver } from './waiver.ts';

const waiver = (until: Waiver['until']): Waiver => ({
  test: 'a',
  image: 'ci',
  suite: undefined,
  author: 'Ada',
  reason: 'slow',
  until,
});

test('a waiver counts to the end of its last day, in UTC', () => {
  const { until } = waiver({ kind: 'day', day: '2026-12-31' });
  const at = (now: string): string => waiverState(waiver(until), now, []);
  assert.equal(at('2026-12-31T23:59:59.999Z'), 'in force');
  assert.equal(at('2027-01-01T00:00:00.000Z'), 'expired');
});

test('a waiver of a candidate counts for its index and its images, and for no other', () => {
  const [index, image, other] = ['index', 'image', 'other'].map((name) => digestOf(name));
  assert.ok(index && image && other);
  const of = (digest: typeof index): Waiver => waiver({ kind: 'candidate', digest });
  const now = '2026-12-31T00:00:00Z';
  assert.equal(waiverState(of(index), now, [index, image]), 'in force');
  assert.equal(waiverState(of(image), now, [index, image]), 'in force');
  assert.equal(waiverState(of(other), now, [index, image]), 'of another candidate');
});

test('a hold ends with its last day', () => {
  const hold = { image: 'ci', author: 'Ada', reason: 'release week', until: '2026-12-31' };
  assert.ok(isHeld(hold, '2026-12-31T12:00:00Z'));
  assert.ok(!isHeld(hold, '2027-01-01T00:00:00Z'));
});
