import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import { answeredAt, jitterMs, parseRetryAfter } from '../../base/backoff.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { Patience } from './retry.ts';

const trouble = new Failure('registry-unavailable', 'the registry answers with status 503', { hint: 'wait' });

test('a wait lies between nothing and a ceiling that doubles up to a minute', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 30 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (next, chance) => {
        const ceiling = Math.min(limits.retryLastMs, limits.retryFirstMs * 2 ** (next - 2));
        const wait = jitterMs(next, () => chance);
        assert.ok(wait >= 0 && wait <= ceiling);
      },
    ),
  );
  assert.equal(
    jitterMs(2, () => 1),
    1000,
  );
  assert.equal(
    jitterMs(6, () => 1),
    16_000,
  );
  assert.equal(
    jitterMs(20, () => 1),
    60_000,
  );
});

test('the last try ends in the failure, with the number of tries and the hint', async () => {
  const clock = new FakeClock();
  const tries = new Patience({ clock, random: () => 0 }).start('host');
  for (let made = 1; made < limits.retryTriesMax; made += 1) {
    await tries.begin();
    await tries.again(trouble);
  }
  await tries.begin();
  const failure = await failureOf(tries.again(trouble));
  assert.equal(failure.code, 'registry-unavailable');
  assert.equal(failure.message, 'the registry answers with status 503 (6 tries)');
  assert.equal(failure.hint, 'wait');
  assert.equal(failure.cause, trouble);
});

test('a host that asked for quiet is left alone by all, and others are not', async () => {
  const clock = new FakeClock();
  const patience = new Patience({ clock, random: () => 0.5 });
  const start = clock.monotonicMs();
  const first = patience.start('busy');
  await first.begin();
  await first.again(trouble, 30_000);
  assert.deepEqual(clock.slept, [30_000, 500]);
  clock.advance(-30_500);
  await patience.start('other').begin();
  assert.equal(clock.monotonicMs(), start);
  await patience.start('busy').begin();
  assert.equal(clock.monotonicMs(), start + 30_000);
});

test('a wait that is interrupted ends in the interruption', async () => {
  const controller = new AbortController();
  controller.abort(new Failure('interrupted', 'stop'));
  const tries = new Patience({ clock: new FakeClock(), random: () => 0, signal: controller.signal }).start(
    'host',
  );
  await tries.begin();
  assert.equal((await failureOf(tries.again(trouble))).code, 'interrupted');
});

const now = new Date('2026-11-21T00:00:00Z');
for (const [header, ms] of [
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5000],
  ['Sat, 21 Nov 2026 00:01:00 GMT', 60_000],
  ['Saturday, 21-Nov-26 00:01:00 GMT', 60_000],
  ['Sat, 21 Nov 2020 00:01:00 GMT', 0],
  [undefined, undefined],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
  ['1.5', undefined],
  ['99999999999999', undefined],
  ['2026', 2_026_000],
  ['Nov', undefined],
] as const) {
  test(`Retry-After: ${header} means ${ms} ms`, () => {
    assert.equal(parseRetryAfter(header, now), ms);
  });
}

for (const [date, at] of [
  ['Fri, 20 Nov 2026 10:00:00 GMT', '2026-11-20T10:00:00.000Z'],
  [' Sun, 06 Nov 1994 08:49:37 GMT ', '1994-11-06T08:49:37.000Z'],
  ['soon', '2026-11-21T00:00:00.000Z'],
  ['2026', '2026-11-21T00:00:00.000Z'],
  [undefined, '2026-11-21T00:00:00.000Z'],
] as const) {
  test(`an answer of the date ${date} was given at ${at}`, () => {
    assert.equal(answeredAt(date, now).toISOString(), at);
  });
}
