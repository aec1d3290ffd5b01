import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedOnce } from './asked-once.ts';

test('what several want to know is asked once', async () => {
  let asked = 0;
  const ask = askedOnce(() => Promise.resolve((asked += 1)));
  assert.deepEqual(await Promise.all([ask(), ask()]), [1, 1]);
  assert.equal(await ask(), 1);
});

test('a failure is for those who waited for it; the next one asks again', async () => {
  let asked = 0;
  const ask = askedOnce(() =>
    (asked += 1) === 1 ? Promise.reject(new Error('once')) : Promise.resolve(asked),
  );
  assert.deepEqual(
    (await Promise.allSettled([ask(), ask()])).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(await ask(), 2);
});
