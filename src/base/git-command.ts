import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand, type CommandSpec } from './command.ts';
import { Failure } from './failure.ts';
import { limits } from './limits.ts';

/** Where git finds itself: `PATH`, `HOME` and the like, chosen by the wiring. */
export type GitEnvironment = Readonly<Record<string, string>>;

// A repository is data: it may neither run hooks nor reach other transports, whatever its own config says; and a folder
// of it that only looks like a repository is none.
const hardened = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'protocol.ext.allow=never',
  '-c',
  'safe.bareRepository=explicit',
];

/** How git is called. */
export function gitSpec(folder: string, env: GitEnvironment, words: readonly string[]): CommandSpec {
  return {
    program: 'git',
    args: ['-C', folder, ...hardened, ...words],
    env: { ...env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    timeoutMs: limits.gitMs,
  };
}

// No filter, no other line ends, no `$Id$`, no other encoding; the last cannot be unset, only left unsaid.
const asTheyAre = '* -text -ident -filter !working-tree-encoding\n';

/**
 * From now on git writes files as their blobs are, whatever the attributes of a commit, of the person or of the machine
 * ask for: `info/attributes` goes before all of them (gitattributes(5)). What Git LFS keeps elsewhere stays a pointer.
 * @param gitFolder what `GIT_DIR` is; ours alone
 */
export async function writeFilesAsBlobs(gitFolder: string): Promise<void> {
  const info = path.join(gitFolder, 'info');
  await mkdir(info, { recursive: true });
  await writeFile(path.join(info, 'attributes'), asTheyAre);
}

/**
 * The root of the work tree around a folder; undefined outside of git.
 * @throws Failure `path-refused` when there is a repository that git refuses to read
 */
export async function findGitRoot(folder: string, env: GitEnvironment): Promise<string | undefined> {
  if (!hasRepositoryAbove(folder)) return undefined;
  const top = await runCommand(gitSpec(folder, env, ['rev-parse', '--show-toplevel']));
  if (top.status === 0) return top.stdout.replace(/\n$/, '');
  throw new Failure('path-refused', `git refuses to read ${folder}: ${top.stderr.trim()}`, {
    hint: 'If the folder belongs to another user on purpose, allow it with `git config --global --add safe.directory FOLDER`.',
  });
}

function hasRepositoryAbove(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, '.git'))) return true;
    if (path.dirname(at) === at) return false;
  }
}

/** What `git rev-parse --local-env-vars` lists: variables that name a repository, or are of one only. */
const ofOneRepository = new Set([
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_CONFIG_COUNT',
  'GIT_OBJECT_DIRECTORY',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_GRAFT_FILE',
  'GIT_INDEX_FILE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_REPLACE_REF_BASE',
  'GIT_PREFIX',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_COMMON_DIR',
]);

/** An environment in which git finds the repository of the folder that it runs in, such as within a hook of another one. */
export function withoutRepository(env: GitEnvironment): GitEnvironment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ofOneRepository.has(name)));
}
