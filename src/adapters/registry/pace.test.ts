import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import { bytesOf, inPieces } from '../../../test/support/sample-images.ts';
import { Pace } from './pace.ts';

const times = { connectMs: 1, headersMs: 1, idleMs: 1, transferGraceMs: 10_000 };

async function waits(pace: Pace, clock: FakeClock, ms: number): Promise<void> {
  await pace.waiting(async () => {
    clock.advance(ms);
    await Promise.resolve();
  });
}

test('a peer that gives 64 KiB a second after ten seconds is fast enough', async () => {
  const clock = new FakeClock();
  const pace = new Pace(times, clock);
  await waits(pace, clock, 10_000);
  for (let second = 0; second < 60; second += 1) {
    await waits(pace, clock, 1000);
    assert.equal(pace.moved(64 * 1024), undefined);
  }
});

test('a peer that gives one byte a second is too slow after ten seconds', async () => {
  const clock = new FakeClock();
  const pace = new Pace(times, clock);
  for (let second = 1; second <= 10; second += 1) {
    await waits(pace, clock, 1000);
    assert.equal(pace.moved(1), undefined);
  }
  await waits(pace, clock, 1000);
  assert.equal(pace.moved(1)?.code, 'registry-timeout');
});

test('the time that we take ourselves does not count', () => {
  const clock = new FakeClock();
  const pace = new Pace(times, clock);
  clock.advance(1_000_000);
  assert.equal(pace.moved(1), undefined);
});

test('an upload that the peer takes too slowly ends', async () => {
  const clock = new FakeClock();
  const slowly = async (): Promise<void> => {
    for await (const piece of new Pace(times, clock).sending(inPieces(Buffer.alloc(50_000)), () => undefined))
      clock.advance(piece.length);
  };
  assert.equal((await failureOf(slowly())).code, 'registry-timeout');
});

test('an upload that the peer takes at once goes through unchanged', async () => {
  const bytes = Buffer.from('hello');
  assert.deepEqual(
    await bytesOf(new Pace(times, new FakeClock()).sending(inPieces(bytes, 2), () => undefined)),
    bytes,
  );
});
