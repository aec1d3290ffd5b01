import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ada, diskGround, env, git, writeHook } from '../../../test/support/git-ground.ts';
import { isFailure } from '../../base/failure.ts';
import { parseBranchName } from '../../model/branch-name.ts';
import { diskRepositories } from './repositories.ts';

const ours = parseBranchName('lockkeeper/update');
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;

test('a commit beside the work tree: no filter, hook or signer runs, and nothing of the person changes', async () => {
  await using ground = await diskGround();
  const { folder, clone } = ground;
  const marker = path.join(ground.above, 'ran');
  const program = path.join(ground.above, 'program');
  execFileSync('sh', [
    '-c',
    'printf "#!/bin/sh\\ntouch %s\\ncat\\n" "$1" > "$2"; chmod +x "$2"',
    'sh',
    marker,
    program,
  ]);
  const parent = await ground.write({
    files: {
      '.gitattributes': '* filter=lfs text eol=crlf\n',
      'model.bin': pointer,
      'a.yml': 'image: a\n',
      'b.yml': 'b\n',
    },
  });
  git(folder, ['update-ref', 'refs/heads/main', parent]);
  git(folder, ['reset', '-q', '--hard']);
  writeFileSync(path.join(folder, 'a.yml'), 'a person is at work\n');
  writeFileSync(path.join(folder, 'b.yml'), 'staged\n');
  git(folder, ['add', 'b.yml']);
  for (const [key, value] of [
    ['filter.lfs.clean', program],
    ['filter.lfs.smudge', program],
    ['filter.lfs.process', program],
    ['filter.lfs.required', 'true'],
    ['commit.gpgSign', 'true'],
    ['push.gpgSign', 'if-asked'],
    ['gpg.program', program],
    ['core.fsmonitor', program],
    ['core.hooksPath', path.join(folder, '.git/hooks')],
    ['core.splitIndex', 'true'],
    ['diff.external', program],
    ['core.autocrlf', 'true'],
    ['push.followTags', 'true'],
    ['i18n.commitEncoding', 'ISO-8859-1'],
    ['log.showSignature', 'true'],
  ] as const)
    git(folder, ['config', key, value]);
  for (const hook of ['pre-commit', 'reference-transaction', 'post-index-change', 'pre-push', 'post-commit'])
    writeHook(path.join(folder, '.git'), hook, `touch ${marker}`);
  const state = (): string => {
    const index = readFileSync(path.join(folder, '.git/index')).toString('hex');
    const files = readdirSync(path.join(folder, '.git')).filter((name) => name !== 'objects');
    const tracked = ['a.yml', 'b.yml', 'model.bin'].map((name) =>
      readFileSync(path.join(folder, name), 'utf8'),
    );
    return JSON.stringify([index, files, tracked, readFileSync(path.join(folder, '.git/HEAD'), 'utf8')]);
  };
  const before = state();
  const order = {
    parent,
    files: [
      { path: 'a.yml', bytes: Buffer.from('image: ü\n') },
      { path: 'model.bin', bytes: Buffer.from(pointer.replace('12345', '54321')) },
    ],
    message: 'Ünï\n',
    author: { ...ada, name: 'Ödön' },
    committer: ada,
  };
  const made = await clone.commit(order);
  const read = await clone.files(made, ['a.yml', 'model.bin']);
  assert.equal(read.get('a.yml')?.bytes.toString(), 'image: ü\n');
  assert.equal(read.get('model.bin')?.bytes.toString(), pointer.replace('12345', '54321'));
  const { commits } = await clone.commits({ base: parent, tip: made });
  assert.equal(commits[0]?.author.name, 'Ödön');
  const { changes } = await clone.history({ from: made, paths: ['a.yml'] });
  assert.equal(changes.length, 2);
  const remote = await clone.remote('origin');
  assert.deepEqual(await remote.push({ branch: ours, expected: undefined, to: made }), { kind: 'done' });
  assert.deepEqual(await clone.moveBranch({ branch: ours, expected: undefined, to: made }), { kind: 'done' });
  assert.equal(state().replace(',"refs"', ''), before.replace(',"refs"', ''));
  assert.ok(!existsSync(marker), 'a program of the repository was run');
});

test('submodules and links stay what they are', async () => {
  await using ground = await diskGround();
  const { folder, clone } = ground;
  const file = await ground.write({ files: { a: 'x' } });
  git(folder, ['update-ref', 'refs/heads/main', file]);
  git(folder, ['reset', '-q', '--hard']);
  execFileSync('ln', ['-s', 'a', path.join(folder, 'link')]);
  git(folder, ['add', 'link']);
  git(folder, ['update-index', '--add', '--cacheinfo', `160000,${file},module`]);
  git(folder, ['commit', '-q', '-m', 'both']);
  const parent = await clone.resolve('HEAD');
  assert.ok(parent !== undefined);
  const change = { parent, message: 'x', author: ada, committer: ada };
  for (const name of ['link', 'module', 'module/x', 'link/x'])
    await assert.rejects(
      clone.commit({ ...change, files: [{ path: name, bytes: Buffer.from('x') }] }),
      (error) => isFailure(error, 'path-refused'),
      name,
    );
  const made = await clone.commit({ ...change, files: [{ path: 'a', bytes: Buffer.from('y') }] });
  const list = (commit: string): string => git(folder, ['ls-tree', commit, 'link', 'module']);
  assert.equal(list(made), list(parent));
  assert.equal((await clone.files(made, ['link', 'module'])).get('link')?.mode, 'link');
});

test('a folder that only looks like a repository, and one outside of any', async () => {
  await using ground = await diskGround();
  const evil = path.join(ground.folder, 'evil');
  mkdirSync(evil);
  git(ground.folder, ['init', '-q', '--bare', evil]);
  // It names a work tree, and programs to run there.
  git(ground.above, ['config', '--file', path.join(evil, 'config'), 'core.bare', 'false']);
  git(ground.above, ['config', '--file', path.join(evil, 'config'), 'core.worktree', ground.folder]);
  const repositories = diskRepositories({ env, temporary: ground.above });
  for (const folder of [evil, ground.above, path.join(ground.above, 'nothing')])
    await assert.rejects(
      repositories.open(folder),
      (error) => isFailure(error, 'path-refused', 'path-missing'),
      folder,
    );
});
