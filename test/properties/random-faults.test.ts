import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/base/seeded-random.ts';
import { copyThroughFaults } from '../support/random-faults.ts';

const copies = 12;
const share = 0.3;

test('copies through a registry of which three requests in ten go wrong are right, or fail cleanly', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  t.diagnostic(`seed ${seed}`);
  const ends = await Promise.all(
    Array.from({ length: copies }, (_, number) => copyThroughFaults(seededRandom(seed + number), share)),
  );
  assert.ok(ends.reduce((sum, { faults }) => sum + faults, 0) > copies, `seed ${seed}: faults were met`);
  assert.ok(
    ends.some(({ end }) => end === 'right'),
    `seed ${seed}: six tries get most of them through`,
  );
});
