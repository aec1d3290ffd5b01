import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { diskRepositories } from '../../src/adapters/git/repositories.ts';
import { MemoryRepositories } from '../../src/adapters/git/memory.ts';
import { parseBranchName } from '../../src/model/branch-name.ts';
import { parseCommitId, type CommitId, type Signature } from '../../src/model/commit.ts';
import type { GitRepository } from '../../src/ports/git.ts';

/** A clone, its remote `origin`, and what persons do in both. */
export interface GitGround extends AsyncDisposable {
  readonly clone: GitRepository;
  /** Makes a commit in the clone as a person does; no branch moves. */
  readonly write: (commit: WrittenCommit) => Promise<CommitId>;
  /** Moves a branch of the remote, whoever expects what. Undefined: it goes. */
  readonly setRemote: (branch: string, to: CommitId | undefined) => Promise<void>;
  /** Makes a branch in the clone. */
  readonly setLocal: (branch: string, to: CommitId) => Promise<void>;
  /** From now on the remote refuses pushes with these words. */
  readonly refusePushes: (words: string) => Promise<void>;
}

export interface WrittenCommit {
  readonly parents?: readonly CommitId[];
  /** All that is there afterwards; a name that ends with `*` is executable. */
  readonly files: Readonly<Record<string, string>>;
  readonly message?: string;
  /** Seconds after the first commit. */
  readonly after?: number;
}

export const ada: Signature = { name: 'Ada Lovelace', mail: 'ada@example.org', at: '2026-11-01T00:00:00Z' };

export const env: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  HOME: '/nowhere',
};

/** Runs git as a person does. */
export function git(folder: string, words: readonly string[], input?: string): string {
  const who = ['-c', 'user.name=Ada Lovelace', '-c', 'user.email=ada@example.org'];
  return execFileSync('git', ['-C', folder, ...who, ...words], {
    env,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
  }).trim();
}

export interface DiskGround extends GitGround {
  /** The clone's folder, and the bare one of its remote. */
  readonly folder: string;
  readonly bare: string;
  /** The folder of both, for more. */
  readonly above: string;
}

/** Files that attributes and settings ask to be changed on their way to the disk, and all of them as they are. */
export const changeable = {
  '.gitattributes':
    '* text=auto\n*.id ident\n*.crlf text eol=crlf\n*.old crlf\n*.wide working-tree-encoding=UTF-16\n.gitattributes eol=crlf\n',
  'a.id': '$Id$\n',
  'a.crlf': 'one\ntwo\n',
  'a.old': 'one\ntwo\n',
  'a.wide': 'one\n',
  'sub/plain.txt': 'one\ntwo\n',
  'sub/both.txt': 'one\r\ntwo\n',
};

/** Whether a folder holds {@link changeable}, byte for byte. */
export async function assertUnchanged(folder: string): Promise<void> {
  for (const [name, text] of Object.entries(changeable))
    assert.equal(await readFile(path.join(folder, name), 'utf8'), text, name);
}

/** A bare repository and a clone of it on disk. */
export async function diskGround(): Promise<DiskGround> {
  const above = mkdtempSync(path.join(tmpdir(), 'lockkeeper-git-'));
  const [bare, folder] = [path.join(above, 'remote.git'), path.join(above, 'clone')];
  git(above, ['init', '-q', '--bare', '-b', 'main', bare]);
  git(above, ['init', '-q', '-b', 'main', folder]);
  git(folder, ['remote', 'add', 'origin', bare]);
  return {
    above,
    bare,
    folder,
    clone: await diskRepositories({ env, temporary: above }).open(folder),
    write: (commit) => Promise.resolve(importCommit(folder, commit)),
    setRemote: (branch, to) => {
      git(folder, ['push', '-q', '--force', bare, `${to ?? ''}:refs/heads/${branch}`]);
      return Promise.resolve();
    },
    setLocal: (branch, to) => {
      git(folder, ['update-ref', `refs/heads/${branch}`, to]);
      return Promise.resolve();
    },
    refusePushes: (words) => {
      writeHook(bare, 'pre-receive', `echo '${words}' >&2; exit 1`);
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => {
      rmSync(above, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

export function writeHook(bare: string, name: string, body: string): void {
  execFileSync('sh', ['-c', 'mkdir -p hooks && cat > "$1" && chmod +x "$1"', 'sh', `hooks/${name}`], {
    cwd: bare,
    input: `#!/bin/sh\n${body}\n`,
  });
}

/** By `git fast-import`: the quickest way to a commit that no work tree has seen. */
function importCommit(
  folder: string,
  { parents = [], files, message = 'work\n', after = 0 }: WrittenCommit,
): CommitId {
  const seconds = Date.parse(ada.at) / 1000 + after;
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const who = `${ada.name} <${ada.mail}> ${seconds} +0000`;
  const stream = [
    `commit refs/import/one\nmark :1\nauthor ${who}\ncommitter ${who}\n${data(message)}`,
    ...parents.map((parent, index) => `${index === 0 ? 'from' : 'merge'} ${parent}\n`),
    'deleteall\n',
    ...Object.entries(files).map(
      ([name, text]) =>
        `M ${name.endsWith('*') ? '100755' : '100644'} inline ${name.replace(/\*$/, '')}\n${data(text)}`,
    ),
    '\nget-mark :1\n',
  ];
  const id = git(folder, ['fast-import', '--quiet', '--force', '--cat-blob-fd=1'], stream.join(''));
  git(folder, ['update-ref', '-d', 'refs/import/one']);
  return parseCommitId(id);
}

/** The same in memory. */
export function memoryGround(): GitGround {
  const world = new MemoryRepositories();
  const remote = world.create('/remote');
  remote.head = parseBranchName('main');
  const clone = world.create('/clone', { origin: remote });
  clone.head = parseBranchName('main');
  return {
    clone,
    write: ({ parents = [], files, message = 'work\n', after = 0 }) => {
      const at = `${new Date(Date.parse(ada.at) + after * 1000).toISOString().slice(0, 19)}Z`;
      const tree = Object.entries(files).map(
        ([name, text]) =>
          [
            name.replace(/\*$/, ''),
            {
              mode: name.endsWith('*') ? ('executable' as const) : ('plain' as const),
              bytes: Buffer.from(text),
            },
          ] as const,
      );
      return Promise.resolve(
        clone.write({ parents, files: Object.fromEntries(tree), message, author: { ...ada, at } }),
      );
    },
    setRemote: (branch, to) => {
      remote.take({ branch: parseBranchName(branch), to });
      return Promise.resolve();
    },
    setLocal: (branch, to) => {
      clone.take({ branch: parseBranchName(branch), to });
      return Promise.resolve();
    },
    refusePushes: (words) => {
      remote.onPush = () => words;
      return Promise.resolve();
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
