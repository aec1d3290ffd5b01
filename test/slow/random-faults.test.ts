import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/seeded-random.ts';
import { copyThroughFaults } from '../support/random-faults.ts';

const copies = 200;
const share = 0.3;
const atOnce = 8;

test('200 of 200 copies through a registry of which three requests in ten go wrong are right, or fail cleanly', async (t) => {
  const seed = Number(process.env['LOCKKEEPER_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
  t.diagnostic(`seed ${seed}`);
  const waiting = Array.from({ length: copies }, (_, number) => number);
  const count = { right: 0, failed: 0, faults: 0 };
  const worker = async (): Promise<void> => {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      const { end, faults } = await copyThroughFaults(seededRandom(seed + number), share);
      count[end] += 1;
      count.faults += faults;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  t.diagnostic(`${count.right} right, ${count.failed} failed cleanly, ${count.faults} faults`);
  // A copy that is neither right nor failed as it may throws, and ends the test.
  assert.ok(count.faults > copies, 'faults were met');
  assert.ok(count.right > copies / 2, 'most copies come through');
});
