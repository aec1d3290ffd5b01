import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { filesInGit, filesOnDisk } from '../../tools/project-files.ts';

const root = resolve(process.cwd());

// Everyone who clones downloads it for ever: what a test needs and is larger, it makes or fetches itself.
const bytesMax = 512 * 1024;

test('no file of the project is large', () => {
  const files = filesInGit(root) ?? filesOnDisk(root);
  assert.ok(files.length > 100);
  const large = files.filter((file) => statSync(resolve(root, file)).size > bytesMax);
  assert.deepEqual(large, []);
});
