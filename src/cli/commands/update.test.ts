import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { runCommandLine } from '../../../test/support/command-line.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';

test('a part of the names is for a dry run and for a local branch: on a forge it would take all else away', async () => {
  const { status, stderr } = await runCommandLine(['update', '--only', 'node'], { cwd: tmpdir() });
  assert.equal(status, 2);
  assert.match(stderr, /--only would take all else off the branch/);
});

test('a dry run outside of git says that an update would be refused; where nothing would be written, it shows no text for it', async (t) => {
  const cwd = await temporaryFolder(t);
  const { status, stdout } = await runCommandLine(['update', '--dry-run'], { cwd });
  assert.equal(status, 0);
  assert.match(
    stdout,
    /lies in no git repository with a commit: without --dry-run it is refused\.\nNothing moves\.\n$/,
  );
});
