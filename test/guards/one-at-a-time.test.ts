import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { oneAtATime } from '../../tools/one-at-a-time.ts';

test('a second run waits until the first one gives its turn back', async () => {
  const name = `lockkeeper-turn-${randomUUID()}`;
  const never = new AbortController().signal;
  const order: string[] = [];
  const first = await oneAtATime(name, () => order.push('first waits'), never);
  const second = await oneAtATime(
    name,
    () => {
      order.push('second waits');
      first?.release();
    },
    never,
  );
  order.push('second runs');
  second?.release();
  assert.deepEqual(order, ['second waits', 'second runs']);
});

test('a run that is interrupted while it waits has no turn', async () => {
  const name = `lockkeeper-turn-${randomUUID()}`;
  const interrupted = new AbortController();
  const first = await oneAtATime(name, () => undefined, interrupted.signal);
  assert.equal(await oneAtATime(name, () => interrupted.abort(), interrupted.signal), undefined);
  first?.release();
});
