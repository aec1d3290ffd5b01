import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { oneAtATime } from '../../tools/one-at-a-time.ts';

test('a second run waits until the first one gives its turn back', async () => {
  const name = `lockkeeper-turn-${randomUUID()}`;
  const order: string[] = [];
  const first = await oneAtATime(name, () => order.push('first waits'));
  const waiting = oneAtATime(name, () => {
    order.push('second waits');
    first.release();
  });
  const second = await waiting;
  order.push('second runs');
  second.release();
  assert.deepEqual(order, ['second waits', 'second runs']);
});
