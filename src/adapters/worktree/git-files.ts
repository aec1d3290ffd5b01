import { programFailed, runCommand, type CommandResult } from '../../base/command.ts';
import { findGitRoot, gitSpec, type GitEnvironment } from '../../base/git-command.ts';
import { limits } from '../../base/limits.ts';

/** What git knows of one folder of a work tree. */
export interface GitFolder {
  readonly folder: string;
  readonly root: string;
  readonly env: GitEnvironment;
}

/**
 * The work tree around a folder; undefined outside of git, and in a folder that git ignores as a whole:
 * what lies there was put there on purpose.
 * @throws Failure `path-refused` when there is a repository that git refuses to read
 */
export async function findGitFolder(folder: string, env: GitEnvironment): Promise<GitFolder | undefined> {
  const root = await findGitRoot(folder, env);
  if (root === undefined) return undefined;
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

/** Whether anything below the folder differs from that commit, but for what lies in `without`. */
export async function isDirty({ folder, env }: GitFolder, without: readonly string[]): Promise<boolean> {
  const status = await answered(folder, env, [
    'status',
    '--porcelain',
    '-z',
    '--untracked-files=normal',
    '--',
    '.',
    ...without.map((name) => `:(exclude,literal)${name}`),
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
