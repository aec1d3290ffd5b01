import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killCopies } from '../support/copy-killed.ts';

// All of them are a slow test; each is a process of its own.
const step = 9;

test('a copy that is killed after some of what it does to the disk ends in the same state when run again', async () => {
  assert.ok((await killCopies(step)) >= 5);
});
