import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadline } from './deadline.ts';

test('what does not come in time is ended with the reason of the last start', async () => {
  const ended = Promise.withResolvers<Error>();
  const deadline = new Deadline(ended.resolve);
  deadline.start(1, 'LATE_HEADERS');
  deadline.start(2, 'LATE_BODY');
  // The deadline keeps no process alive.
  const alive = setInterval(() => undefined, 1000);
  try {
    assert.match(String(await ended.promise), /LATE_BODY/);
  } finally {
    clearInterval(alive);
  }
});

test('a deadline that nobody stopped does not keep the process alive', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const deadline = new Deadline(() => assert.fail('nobody waits'));
  deadline.start(60_000, 'LATE_BODY');
  assert.equal(timers(), before);
  deadline.stop();
});
