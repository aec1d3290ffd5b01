import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { lstat, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { assertUnchanged, changeable, diskGround, git, writeHook } from '../../../test/support/git-ground.ts';
import { gitCheckouts } from './git.ts';

const env = { PATH: process.env['PATH'] ?? '', HOME: '/nowhere', GIT_CONFIG_NOSYSTEM: '1' };

test('a commit is checked out beside the work tree, modes kept, and is gone afterwards', async () => {
  await using ground = await diskGround();
  const lfs = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';
  const commit = await ground.write({
    files: { 'tests/run.sh*': 'true\n', big: lfs, '.gitattributes': 'big filter=lfs\n' },
  });
  const before = await readdir(path.join(ground.folder, '.git'));
  const checkouts = gitCheckouts({ env, temporary: () => Promise.resolve(ground.above) });
  let folder = '';
  {
    await using checkout = await checkouts.make(ground.folder, commit);
    ({ folder } = checkout);
    assert.equal(await readFile(path.join(folder, 'tests/run.sh'), 'utf8'), 'true\n');
    assert.equal((await lstat(path.join(folder, 'tests/run.sh'))).mode & 0o111, 0o111);
    assert.equal(await readFile(path.join(folder, 'big'), 'utf8'), lfs);
  }
  assert.equal(existsSync(folder), false);
  assert.deepEqual(await readdir(path.join(ground.folder, '.git')), before, 'no index of the person is made');
  assert.deepEqual(await readdir(ground.folder), ['.git']);
});

test('no filter, hook or monitor of any config runs, whatever its name is and the attributes ask for', async () => {
  await using ground = await diskGround();
  const { folder, above } = ground;
  const marker = path.join(above, 'ran');
  const program = `touch '${marker}'; cat`;
  const names = ['lfs', 'Ours', 'a.b', 'a=b', 'with space'];
  const commit = await ground.write({
    files: {
      '.gitattributes': '0 filter=lfs\n1 filter=Ours\n2 filter=a.b\n3 filter=a=b\n4 filter=lfs\n',
      ...Object.fromEntries(names.map((name, place) => [String(place), `as it is: ${name}\n`])),
    },
  });
  for (const name of names)
    for (const [key, value] of [
      ['smudge', program],
      ['clean', program],
      ['process', program],
      ['required', 'true'],
    ] as const)
      git(folder, ['config', `filter.${name}.${key}`, value]);
  git(folder, ['config', 'core.fsmonitor', program]);
  git(folder, ['config', 'core.hooksPath', path.join(folder, '.git/hooks')]);
  for (const hook of ['post-index-change', 'post-checkout'])
    writeHook(path.join(folder, '.git'), hook, `touch ${marker}`);
  const checkouts = gitCheckouts({ env, temporary: () => Promise.resolve(above) });
  await using checkout = await checkouts.make(folder, commit);
  for (const [place, name] of names.entries())
    assert.equal(await readFile(path.join(checkout.folder, String(place)), 'utf8'), `as it is: ${name}\n`);
  assert.equal(existsSync(marker), false);
});

test('no attribute and no setting changes a byte of a commit, the person’s own neither', async () => {
  await using ground = await diskGround();
  const { folder, above } = ground;
  const commit = await ground.write({ files: changeable });
  git(folder, ['config', 'core.autocrlf', 'true']);
  git(folder, ['config', 'core.attributesFile', path.join(above, 'attributes')]);
  for (const file of [path.join(above, 'attributes'), path.join(folder, '.git/info/attributes')])
    await writeFile(file, '*.txt text eol=crlf\n');
  const checkouts = gitCheckouts({ env, temporary: () => Promise.resolve(above) });
  await using checkout = await checkouts.make(folder, commit);
  await assertUnchanged(checkout.folder);
});

test('a linked work tree, and a clone that has to fetch its blobs, are checked out as well', async () => {
  await using ground = await diskGround();
  const { folder, above, bare } = ground;
  const commit = await ground.write({ files: changeable });
  await ground.setRemote('main', commit);
  const linked = path.join(above, 'linked');
  git(folder, ['worktree', 'add', '--quiet', '--no-checkout', '--detach', linked, commit]);
  git(bare, ['config', 'uploadpack.allowFilter', 'true']);
  git(bare, ['config', 'uploadpack.allowAnySHA1InWant', 'true']);
  const partial = path.join(above, 'partial');
  git(above, ['clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${bare}`, partial]);
  assert.match(git(partial, ['rev-list', '--objects', '--missing=print', '--all']), /^\?/m);
  const checkouts = gitCheckouts({ env, temporary: () => Promise.resolve(above) });
  for (const root of [linked, partial]) {
    await using checkout = await checkouts.make(root, commit);
    await assertUnchanged(checkout.folder);
  }
});
