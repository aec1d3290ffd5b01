import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { askCommand } from '../../base/command.ts';
import { isFailure } from '../../base/failure.ts';
import { collectBytes } from '../../base/stream.ts';
import type { SourceFile } from '../../ports/runner.ts';
import { diskWorktrees } from './worktrees.ts';

interface Place {
  readonly folder: string;
  readonly temporary: string;
  readonly git: (...words: readonly string[]) => Promise<string>;
  readonly write: (name: string, text: string) => Promise<void>;
}

async function place(t: TestContext): Promise<Place> {
  const top = await realpath(await mkdtemp(path.join(tmpdir(), 'lockkeeper-worktree-')));
  t.after(() => rm(top, { recursive: true }));
  const folder = path.join(top, 'repo');
  const temporary = path.join(top, 'temporary');
  await mkdir(folder);
  await mkdir(temporary);
  const author = ['-c', 'user.name=A', '-c', 'user.email=a@localhost'];
  return {
    folder,
    temporary,
    git: (...words) =>
      askCommand({
        program: 'git',
        args: ['-C', folder, ...author, ...words],
        env: environment(top),
        timeoutMs: 20_000,
      }),
    write: async (name, text) => {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    },
  };
}

function environment(home: string): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home };
}

function worktrees({ temporary }: Place): ReturnType<typeof diskWorktrees> {
  return diskWorktrees({ env: environment(temporary), temporary });
}

async function listing(files: AsyncIterable<SourceFile>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const file of files) {
    if (file.kind === 'link') lines.push(`${file.path} -> ${file.target}`);
    else
      lines.push(
        `${file.path}${file.executable ? '*' : ''} ${(await collectBytes(file.bytes(), 1e6, () => assert.fail())).toString()}`,
      );
  }
  return lines;
}

test('tracked and new files are seen; ignored, deleted and foreign repositories’ are not', async (t) => {
  const here = await place(t);
  await here.git('init', '--quiet');
  await here.write('.gitignore', 'out/\n');
  await here.write('kept', 'k');
  await here.write('gone', 'g');
  await here.git('add', '.');
  await here.git('commit', '--quiet', '--message', 'first');
  await rm(path.join(here.folder, 'gone'));
  await here.write('out/ignored', 'i');
  await here.write('sub/new file\n', 'n');
  await here.write('tool', '#!/bin/sh');
  await chmod(path.join(here.folder, 'tool'), 0o755);
  await symlink('/etc/passwd', path.join(here.folder, 'link'));
  await here.write('vendored/x', 'x');
  await here.git('-C', 'vendored', 'init', '--quiet');
  const tree = await worktrees(here).open(here.folder);
  assert.deepEqual(await listing(tree.files()), [
    '.gitignore out/\n',
    'kept k',
    'link -> /etc/passwd',
    'sub/new file\n n',
    'tool* #!/bin/sh',
  ]);
});

test('a clean tree is at its commit, and an edit makes it dirty and changes its digest', async (t) => {
  const here = await place(t);
  await here.git('init', '--quiet');
  await here.write('a', '1');
  const tree = await worktrees(here).open(here.folder);
  assert.equal((await tree.state()).commit, undefined);
  await here.git('add', '.');
  await here.git('commit', '--quiet', '--message', 'first');
  const clean = await tree.state();
  assert.equal(clean.commit, (await here.git('rev-parse', 'HEAD')).trim());
  assert.equal(clean.dirty, false);
  await here.write('a', '2');
  const edited = await tree.state();
  assert.equal(edited.dirty, true);
  assert.equal(edited.commit, clean.commit);
  assert.notEqual(edited.tree, clean.tree);
});

test('what is left out is neither a file of the tree nor an edit of it', async (t) => {
  const here = await place(t);
  await here.write('a', '1');
  await here.write('out/blob', 'b');
  await here.write('out2', 'c');
  await here.write('kept/ledger', 'd');
  const ours = [path.join(here.folder, 'out'), undefined, path.join(here.folder, 'kept')];
  const names = ['a 1', 'out2 c'];
  assert.deepEqual(await listing((await worktrees(here).open(here.folder, ours)).files()), names);
  await symlink(here.folder, path.join(here.temporary, 'link'));
  const linked = path.join(here.temporary, 'link');
  const throughLink = await worktrees(here).open(linked, [
    path.join(linked, 'out'),
    path.join(linked, 'kept'),
  ]);
  assert.deepEqual(await listing(throughLink.files()), names);
  await here.git('init', '--quiet');
  await here.git('add', 'a', 'out2');
  await here.git('commit', '--quiet', '--message', 'first');
  const tree = await worktrees(here).open(here.folder, ours);
  assert.deepEqual(await listing(tree.files()), names);
  await using snapshot = await tree.snapshot();
  assert.deepEqual([snapshot.state.dirty, snapshot.state.tree], [false, (await tree.state()).tree]);
  assert.deepEqual(await listing(snapshot.files()), names);
  for (const without of [undefined, here.folder, path.dirname(here.folder), path.join(here.folder, 'none')])
    assert.equal((await (await worktrees(here).open(here.folder, [without])).state()).dirty, true);
});

test('a file that is left out is neither a file of the tree nor an edit of it', async (t) => {
  const here = await place(t);
  await here.git('init', '-q');
  await here.write('a', 'a');
  await here.git('add', '-A');
  await here.git('commit', '-qm', 'one');
  const before = await (await worktrees(here).open(here.folder)).state();
  await here.write('out.tar', 'ours');
  const tree = await worktrees(here).open(here.folder, [path.join(here.folder, 'out.tar')]);
  assert.deepEqual(await listing(tree.files()), ['a a']);
  assert.deepEqual(await tree.state(), before);
  await here.write('out.tar.old', 'theirs');
  assert.equal((await tree.state()).dirty, true);
});

test('a mode alone changes the digest, and an equal tree elsewhere has an equal one', async (t) => {
  const [one, two] = [await place(t), await place(t)];
  for (const here of [one, two]) await here.write('run', 'x');
  const before = await (await worktrees(one).open(one.folder)).state();
  assert.equal((await (await worktrees(two).open(two.folder)).state()).tree, before.tree);
  await chmod(path.join(one.folder, 'run'), 0o700);
  assert.notEqual((await (await worktrees(one).open(one.folder)).state()).tree, before.tree);
});

test('a snapshot stays as it was while the files change, and leaves nothing behind', async (t) => {
  const here = await place(t);
  await here.write('a', 'before');
  await here.write('b/empty', '');
  const tree = await worktrees(here).open(here.folder);
  {
    await using snapshot = await tree.snapshot();
    assert.deepEqual(snapshot.state, await tree.state());
    await here.write('a', 'after, and longer');
    await here.write('c', 'new');
    assert.deepEqual(await listing(snapshot.files()), ['a before', 'b/empty ']);
    assert.deepEqual(await listing(snapshot.files()), ['a before', 'b/empty ']);
  }
  assert.deepEqual(await readdir(here.temporary), []);
});

test('a folder that its repository ignores as a whole is taken as it is', async (t) => {
  const here = await place(t);
  await here.git('init', '--quiet');
  await here.write('.gitignore', 'node_modules/\n');
  await here.write('node_modules/pkg/test.js', 't');
  const tree = await worktrees(here).open(path.join(here.folder, 'node_modules/pkg'));
  assert.deepEqual(await listing(tree.files()), ['test.js t']);
  assert.equal(tree.root, undefined);
});

test('a folder within a repository holds its own files only', async (t) => {
  const here = await place(t);
  await here.git('init', '--quiet');
  await here.write('top', 't');
  await here.write('sub/a', 'a');
  const tree = await worktrees(here).open(path.join(here.folder, 'sub'));
  assert.deepEqual(await listing(tree.files()), ['a a']);
  assert.equal(tree.root, here.folder);
});

test('a hook or a file-system monitor of the repository is not run', async (t) => {
  const here = await place(t);
  await here.git('init', '--quiet');
  const trap = path.join(here.folder, '..', 'trapped');
  await here.write('monitor', `#!/bin/sh\ntouch '${trap}'\n`);
  await chmod(path.join(here.folder, 'monitor'), 0o755);
  await here.git('config', 'core.fsmonitor', path.join(here.folder, 'monitor'));
  await (await worktrees(here).open(here.folder)).state();
  assert.deepEqual((await readdir(path.dirname(trap))).includes('trapped'), false);
});

test('what is not there, or is no folder, is a failure with its code', async (t) => {
  const here = await place(t);
  await here.write('file', 'f');
  await assert.rejects(worktrees(here).open(path.join(here.folder, 'gone')), (error) =>
    isFailure(error, 'path-missing'),
  );
  await assert.rejects(worktrees(here).open(path.join(here.folder, 'file')), (error) =>
    isFailure(error, 'path-refused'),
  );
  await assert.rejects(worktrees(here).digestOf(here.folder), (error) => isFailure(error, 'path-refused'));
});

test('the author is who git says', async (t) => {
  const here = await place(t);
  await here.git('init', '--quiet');
  const tree = await worktrees(here).open(here.folder);
  assert.equal(await tree.author(), undefined);
  await here.git('config', 'user.name', 'Ada');
  assert.equal(await tree.author(), 'Ada');
  await here.git('config', 'user.email', 'ada@example.org');
  assert.equal(await tree.author(), 'Ada <ada@example.org>');
});
