import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Deadline } from './deadline.ts';

test('what does not come in time is ended with the reason of the last start', async () => {
  const deadline = new Deadline();
  deadline.start(1, () => new Error('the first'));
  deadline.start(2, () => new Error('the second'));
  while (!deadline.signal.aborted) await wait(1);
  assert.match(String(deadline.signal.reason), /the second/);
});

test('a deadline that nobody stopped does not keep the process alive', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const deadline = new Deadline();
  deadline.start(60_000, () => new Error('never'));
  assert.equal(timers(), before);
  deadline.stop();
});
