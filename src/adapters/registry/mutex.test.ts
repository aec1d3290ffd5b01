import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Mutex } from './mutex.ts';

test('work is done one at a time and in order, also after an error', async () => {
  const mutex = new Mutex();
  const log: string[] = [];
  const work = (name: string) => async (): Promise<string> => {
    log.push(`${name} begins`);
    await turn();
    log.push(`${name} ends`);
    if (name === 'b') throw new RangeError('b breaks');
    return name;
  };
  const ends = await Promise.allSettled([mutex.run(work('a')), mutex.run(work('b')), mutex.run(work('c'))]);
  assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});
