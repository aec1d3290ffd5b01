import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from './failure.ts';
import { systemClock } from './system-clock.ts';

test('sleeping takes its time on a clock that does not run backwards', async () => {
  const before = systemClock.monotonicMs();
  await systemClock.sleep(20);
  assert.ok(systemClock.monotonicMs() - before >= 19);
  assert.ok(Math.abs(systemClock.now().getTime() - Date.now()) < 1_000);
});

test('an abort ends the sleep', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 10);
  await assert.rejects(systemClock.sleep(60_000, controller.signal), (error: unknown) =>
    isFailure(error, 'interrupted'),
  );
  await assert.rejects(systemClock.sleep(0, controller.signal), (error: unknown) =>
    isFailure(error, 'interrupted'),
  );
});
