import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noCredentials } from './none.ts';

test('nobody has no login anywhere', async () => {
  assert.equal(await noCredentials.find('docker.io', 'library/debian'), undefined);
});
