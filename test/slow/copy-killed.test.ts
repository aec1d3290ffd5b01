import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killCopies } from '../support/copy-killed.ts';

test('a copy that is killed after anything that it does to the disk ends in the same state when run again', async (t) => {
  const killed = await killCopies(1);
  t.diagnostic(`${killed} times killed`);
  assert.ok(killed > 40);
});
