import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { isFailure } from '../../base/failure.ts';
import type { Tree } from '../../ports/file-tree.ts';
import { diskTrees } from './trees.ts';

const env = { PATH: process.env['PATH'] ?? '' };
const trees = diskTrees(env);

/** A repository with an ignored file, a link, an untracked file and an edit that is not committed. */
async function inRepository(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-trees-'));
  try {
    const git = (...words: readonly string[]): void => {
      execFileSync('git', ['-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@example.org', ...words], {
        env,
      });
    };
    git('init', '-q');
    mkdirSync(path.join(folder, 'below'));
    writeFileSync(path.join(folder, 'below/a.yml'), 'first\n');
    writeFileSync(path.join(folder, '.gitignore'), 'ignored.yml\n');
    symlinkSync('/etc/passwd', path.join(folder, 'link.yml'));
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
    writeFileSync(path.join(folder, 'below/a.yml'), 'second\n');
    writeFileSync(path.join(folder, 'ignored.yml'), 'x');
    writeFileSync(path.join(folder, 'new.yml'), 'new\n');
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function contents(tree: Tree, bytesMax: number = 100): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  await tree.read(await tree.list(), {
    bytesMax,
    receive: (file) => {
      found[file.path] = file.kind === 'bytes' ? file.bytes.toString() : `! ${file.why}`;
    },
  });
  return found;
}

const link = '! it is a link, and links are not followed';

test('a folder is read as git sees it, and links are not followed', () =>
  inRepository(async (folder) => {
    assert.deepEqual(await contents(await trees.open(folder)), {
      '.gitignore': 'ignored.yml\n',
      'below/a.yml': 'second\n',
      'link.yml': link,
      'new.yml': 'new\n',
    });
  }));

test('a commit is read without a checkout, also from below', () =>
  inRepository(async (folder) => {
    assert.deepEqual(await contents(await trees.openCommit(folder, 'HEAD')), {
      '.gitignore': 'ignored.yml\n',
      'below/a.yml': 'first\n',
      'link.yml': link,
    });
    assert.deepEqual(await contents(await trees.openCommit(path.join(folder, 'below'), 'HEAD')), {
      'a.yml': 'first\n',
    });
  }));

test('what is no commit is refused, whatever it looks like', () =>
  inRepository(async (folder) => {
    for (const revision of ['nope', '--all', '', 'HEAD:below/a.yml'])
      await assert.rejects(trees.openCommit(folder, revision), (error) => isFailure(error, 'path-refused'));
  }));

test('files that are too large are refused, in a folder and in a commit', () =>
  inRepository(async (folder) => {
    const why = '! it is larger than 6 bytes';
    assert.equal((await contents(await trees.open(folder), 6))['below/a.yml'], why);
    assert.equal(
      (await contents(await trees.openCommit(folder, 'HEAD'), 5))['below/a.yml'],
      '! it is larger than 5 bytes',
    );
  }));

test('a file that goes away, or becomes shorter, while others are read stops nothing', () =>
  inRepository(async (folder) => {
    const tree = await trees.open(folder);
    const names = await tree.list();
    rmSync(path.join(folder, 'new.yml'));
    truncateSync(path.join(folder, 'below/a.yml'));
    const seen: string[] = [];
    await tree.read(names, { bytesMax: 100, receive: ({ path: name }) => seen.push(name) });
    assert.deepEqual(seen, ['.gitignore', 'below/a.yml', 'link.yml']);
  }));

test('what stands in a submodule is that of another repository', () =>
  inRepository(async (folder) => {
    const sub = path.join(folder, 'sub');
    mkdirSync(sub);
    const git = (where: string, ...words: readonly string[]): void => {
      execFileSync('git', ['-C', where, '-c', 'user.name=x', '-c', 'user.email=x@example.org', ...words], {
        env,
        stdio: 'ignore',
      });
    };
    git(sub, 'init', '-q');
    writeFileSync(path.join(sub, 'inner.yml'), 'inner\n');
    git(sub, 'add', '-A');
    git(sub, 'commit', '-q', '-m', 'x');
    git(folder, 'add', 'sub');
    git(folder, 'commit', '-q', '-m', 'y');
    for (const tree of [await trees.open(folder), await trees.openCommit(folder, 'HEAD')]) {
      const names = Object.keys(await contents(tree));
      assert.ok(!names.some((name) => name.startsWith('sub')), names.join(' '));
    }
  }));

test('a file of a hundred megabytes is refused unread; a file that cannot be written is read', () =>
  inRepository(async (folder) => {
    truncateSync(path.join(folder, 'new.yml'), 100 * 1024 * 1024);
    chmodSync(path.join(folder, 'below/a.yml'), 0o444);
    const found = await contents(await trees.open(folder), 1_000);
    assert.equal(found['new.yml'], '! it is larger than 1000 bytes');
    assert.equal(found['below/a.yml'], 'second\n');
  }));

test('a file that grows while others are read is never longer than what may be read', () =>
  inRepository(async (folder) => {
    const tree = await trees.open(folder);
    const seen = new Map<string, number>();
    await tree.read(await tree.list(), {
      bytesMax: 100,
      receive: (file) => {
        appendFileSync(path.join(folder, 'new.yml'), 'more\n'.repeat(50));
        seen.set(file.path, file.kind === 'bytes' ? file.bytes.length : 0);
      },
    });
    assert.ok((seen.get('new.yml') ?? 0) <= 100);
  }));
