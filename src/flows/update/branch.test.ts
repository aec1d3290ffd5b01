import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ada, diskGround, env, git } from '../../../test/support/git-ground.ts';
import { diskRepositories } from '../../adapters/git/repositories.ts';
import { parseBranchName } from '../../model/branch-name.ts';
import { parseCommitId } from '../../model/commit.ts';
import { parseReference } from '../../model/reference.ts';
import { branchStanding, branchTrailers } from './branch.ts';

test('a shallow clone, too, knows whether our commit stands on the base, however far that went on', async () => {
  await using ground = await diskGround();
  const first = await ground.write({ files: { a: '1' } });
  const main = await ground.write({ parents: [first], files: { a: '2' }, after: 10 });
  const release = await ground.write({ parents: [first], files: { a: '3' }, after: 20 });
  const units = ['0123456789abcdef'];
  const ours = await ground.clone.commit({
    parent: first,
    files: [{ path: 'b', bytes: Buffer.from('ours') }],
    message: `Update\n\n${branchTrailers({ units, names: [parseReference('node:22')], files: [] })}\n`,
    author: ada,
    committer: ada,
  });
  const upon = await ground.clone.commit({
    parent: main,
    files: [{ path: 'b', bytes: Buffer.from('ours') }],
    message: `Update\n\n${branchTrailers({ units, names: [], files: [] })}\n`,
    author: ada,
    committer: ada,
  });
  for (const [name, at] of Object.entries({ main, release, ours, upon })) await ground.setRemote(name, at);
  const unitsUpon = async (base: 'main' | 'release', branch: 'ours' | 'upon'): Promise<unknown> => {
    const folder = path.join(ground.above, `${base}-${branch}`);
    git(ground.above, ['clone', '-q', '--depth=1', `--branch=${base}`, `file://${ground.bare}`, folder]);
    const clone = await diskRepositories({ env, temporary: ground.above }).open(folder);
    const remote = await clone.remote('origin');
    const [at, tip] = [parseCommitId(git(folder, ['rev-parse', 'HEAD'])), { ours, upon }[branch]];
    await remote.fetch(parseBranchName(branch));
    const standing = await branchStanding(clone, { tip, base: at, remote });
    return standing.kind === 'ours' ? standing.units : standing.kind;
  };
  assert.deepEqual(await unitsUpon('main', 'upon'), units);
  assert.deepEqual(await unitsUpon('main', 'ours'), units, 'main went on since');
  assert.equal(await unitsUpon('release', 'upon'), undefined, 'it was made upon main');
});
