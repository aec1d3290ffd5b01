import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertUnchanged, changeable, diskGround, env, git } from '../../../test/support/git-ground.ts';
import { gitClones } from './git.ts';

test('a clone has the bytes of its commit, whatever its attributes ask for, and nothing to tell of it', async () => {
  await using ground = await diskGround();
  await ground.setRemote('main', await ground.write({ files: changeable }));
  const clones = gitClones({ env, temporary: () => Promise.resolve(ground.above) });
  await using clone = await clones.make({ url: ground.bare, branch: undefined });
  await assertUnchanged(clone.folder);
  assert.equal(git(clone.folder, ['status', '--porcelain']), '');
});
