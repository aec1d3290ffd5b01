import { existsSync } from 'node:fs';
import path from 'node:path';
import { programFailed, runCommand, type CommandSpec } from './command.ts';
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

/**
 * The environment in which git writes files as their blobs are: no filter runs that a config of the repository, of the
 * person or of the machine names, whatever attributes ask for it. What Git LFS keeps elsewhere stays a pointer.
 */
export async function withoutFilters(folder: string, env: GitEnvironment): Promise<GitEnvironment> {
  const words = ['config', '--null', '--name-only', '--get-regexp', String.raw`^filter\..`];
  const spec = gitSpec(folder, env, words);
  const listed = await runCommand(spec);
  // 1: there are none.
  if (listed.status !== 0 && listed.status !== 1) throw programFailed(spec, listed);
  const keys = listed.stdout.split('\0').filter((key) => key !== '');
  const names = [...new Set(keys.map((key) => key.slice(0, key.lastIndexOf('.'))))];
  const settings = names.flatMap((name): readonly (readonly [string, string])[] => [
    [`${name}.smudge`, ''],
    [`${name}.process`, ''],
    [`${name}.required`, 'false'],
  ]);
  const before = Number(env['GIT_CONFIG_COUNT'] ?? 0);
  const more = new Map(Object.entries(env)).set('GIT_CONFIG_COUNT', String(before + settings.length));
  for (const [index, [key, value]] of settings.entries())
    more.set(`GIT_CONFIG_KEY_${before + index}`, key).set(`GIT_CONFIG_VALUE_${before + index}`, value);
  return Object.fromEntries(more);
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
