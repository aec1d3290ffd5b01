import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { runCommandLine } from '../../../test/support/command-line.ts';

test('a part of the names is for a dry run and for a local branch: on a forge it would take all else away', async () => {
  const { status, stderr } = await runCommandLine(['update', '--only', 'node'], { cwd: tmpdir() });
  assert.equal(status, 2);
  assert.match(stderr, /--only would take all else off the branch/);
});
