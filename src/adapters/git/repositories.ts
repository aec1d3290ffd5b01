import { realpath, stat } from 'node:fs/promises';
import { Failure, translateSystemError } from '../../base/failure.ts';
import { findGitRoot, type GitEnvironment } from '../../base/git-command.ts';
import type { GitRepositories } from '../../ports/git.ts';
import { Git } from './git.ts';
import { CloneOnDisk } from './clone.ts';

export interface GitOptions {
  readonly env: GitEnvironment;
  /** Folder for indexes that last for one commit. */
  readonly temporary: string;
}

/** Clones on this machine's disk, by the `git` program. */
export function diskRepositories({ env, temporary }: GitOptions): GitRepositories {
  return {
    async open(named) {
      const folder = await realpath(named).catch((error: unknown) => {
        throw translateSystemError(error, named);
      });
      if (!(await stat(folder)).isDirectory()) throw new Failure('path-refused', `${named} is not a folder`);
      const root = await findGitRoot(folder, env);
      if (root === undefined) {
        throw new Failure('path-refused', `${named} lies in no git repository`, {
          hint: 'Run it in a clone of the repository.',
        });
      }
      return new CloneOnDisk(new Git(root, env), temporary);
    },
  };
}
