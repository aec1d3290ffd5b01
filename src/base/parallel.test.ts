import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { bothOf, eachInParallel } from './parallel.ts';

test('all are done, in order, and never more at a time than may be', async () => {
  const done: number[] = [];
  let [open, most] = [0, 0];
  await eachInParallel([1, 2, 3, 4, 5], 2, async (item) => {
    open += 1;
    most = Math.max(most, open);
    await turn();
    open -= 1;
    done.push(item);
  });
  assert.deepEqual([done, most], [[1, 2, 3, 4, 5], 2]);
  await eachInParallel([], 2, () => Promise.reject(new Error('none')));
});

test('after an error nothing begins, what has begun ends, and the error is thrown', async () => {
  const [begun, ended]: [number[], number[]] = [[], []];
  const work = eachInParallel([1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('one');
    await turn();
    ended.push(item);
  });
  await assert.rejects(work, /one/);
  assert.deepEqual([begun, ended], [[1, 2], [2]]);
});

test('of several errors that of the earliest item is thrown, however long it took', async () => {
  const work = eachInParallel([1, 2, 3], 2, async (item) => {
    if (item === 1) for (let turns = 0; turns < 5; turns += 1) await turn();
    throw new Error(`item ${item}`);
  });
  await assert.rejects(work, /item 1/);
});

test('of two that fail, the first one counts, and both have come to their end', async () => {
  const slow = Promise.withResolvers<string>();
  const both = bothOf(slow.promise, Promise.reject(new Error('the second')));
  await Promise.resolve();
  slow.reject(new Error('the first'));
  await assert.rejects(both, /the first/);
  assert.deepEqual(await bothOf(Promise.resolve(1), Promise.resolve('b')), [1, 'b']);
  await assert.rejects(bothOf(Promise.resolve(1), Promise.reject(new Error('the second'))), /the second/);
});
