import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killCopies } from '../support/copy-killed.ts';

test('a copy that is killed after anything that it does to the disk ends in the same state when run again', async () => {
  const killed = await killCopies(1);
  console.log(`${killed} times killed`);
  assert.ok(killed > 40);
});
