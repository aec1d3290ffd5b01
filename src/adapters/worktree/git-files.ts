import { existsSync } from 'node:fs';
import path from 'node:path';
import { programFailed, runCommand, type CommandResult, type CommandSpec } from '../../base/command.ts';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';

/** Where git finds itself: `PATH`, `HOME` and the like, chosen by the wiring. */
export type GitEnvironment = Readonly<Record<string, string>>;

/** What git knows of one folder of a work tree. */
export interface GitFolder {
  readonly folder: string;
  readonly root: string;
  readonly env: GitEnvironment;
}

// A repository is data: it may neither run hooks nor reach other transports, whatever its own config says.
const hardened = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'protocol.ext.allow=never',
];

/**
 * The work tree around a folder; undefined outside of git, and in a folder that git ignores as a whole:
 * what lies there was put there on purpose.
 * @throws Failure `path-refused` when there is a repository that git refuses to read
 */
export async function findGitFolder(folder: string, env: GitEnvironment): Promise<GitFolder | undefined> {
  if (!hasRepositoryAbove(folder)) return undefined;
  const top = await git(folder, env, ['rev-parse', '--show-toplevel']);
  if (top.status !== 0) {
    throw new Failure('path-refused', `git refuses to read ${folder}: ${top.stderr.trim()}`, {
      hint: 'If the folder belongs to another user on purpose, allow it with `git config --global --add safe.directory FOLDER`.',
    });
  }
  const root = top.stdout.replace(/\n$/, '');
  const ignored = root !== folder && (await git(folder, env, ['check-ignore', '--quiet', '.'])).status === 0;
  return ignored ? undefined : { folder, root, env };
}

/** Names of all files below the folder that are tracked, or neither tracked nor ignored; relative to it. */
export async function listGitFiles({ folder, env }: GitFolder): Promise<readonly string[]> {
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', '.'];
  const listed = await answered(folder, env, words);
  return listed.split('\0').filter((name) => name !== '' && !name.endsWith('/'));
}

/** The commit that is checked out; undefined before the first one. */
export async function headCommit({ folder, env }: GitFolder): Promise<string | undefined> {
  const { status, stdout } = await git(folder, env, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  return status === 0 ? stdout.trim() : undefined;
}

/** Whether anything below the folder differs from that commit. */
export async function isDirty({ folder, env }: GitFolder): Promise<boolean> {
  const status = await answered(folder, env, [
    'status',
    '--porcelain',
    '-z',
    '--untracked-files=normal',
    '--',
    '.',
  ]);
  return status !== '';
}

/** `Name <mail>` by git's config. */
export async function gitAuthor(folder: string, env: GitEnvironment): Promise<string | undefined> {
  const [name, mail] = await Promise.all(
    ['user.name', 'user.email'].map(async (key) =>
      (await git(folder, env, ['config', '--get', key])).stdout.trim(),
    ),
  );
  if (name === undefined || name === '') return mail === '' ? undefined : mail;
  return mail === undefined || mail === '' ? name : `${name} <${mail}>`;
}

async function answered(folder: string, env: GitEnvironment, words: readonly string[]): Promise<string> {
  const result = await git(folder, env, words);
  if (result.status === 0) return result.stdout;
  throw programFailed(gitSpec(folder, env, words), result);
}

function git(folder: string, env: GitEnvironment, words: readonly string[]): Promise<CommandResult> {
  return runCommand(gitSpec(folder, env, words), limits.gitListBytesMax);
}

/** How git is called. */
export function gitSpec(folder: string, env: GitEnvironment, words: readonly string[]): CommandSpec {
  return {
    program: 'git',
    args: ['-C', folder, ...hardened, ...words],
    env: { ...env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    timeoutMs: limits.gitMs,
  };
}

function hasRepositoryAbove(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) return true;
    if (path.dirname(at) === at) return false;
  }
}
