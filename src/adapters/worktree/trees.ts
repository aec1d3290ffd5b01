import { realpath, stat } from 'node:fs/promises';
import { Failure, translateSystemError } from '../../base/failure.ts';
import { compareFileNames } from '../../base/file-name.ts';
import type { GitEnvironment } from '../../base/git-command.ts';
import type { Tree, Trees } from '../../ports/file-tree.ts';
import { CommitTree } from './commit-tree.ts';
import { listDiskFiles } from './disk-files.ts';
import { findGitFolder, listGitFiles } from './git-files.ts';
import { readWholeFiles } from './whole-files.ts';

/** Folders of this machine, and commits of their repositories. */
export function diskTrees(env: GitEnvironment): Trees {
  return {
    async open(named) {
      const folder = await folderAt(named);
      const git = await findGitFolder(folder, env);
      return {
        path: folder,
        root: git?.root,
        list: async () =>
          (await (git === undefined ? listDiskFiles(folder, 'listed') : listGitFiles(git))).toSorted(
            compareFileNames,
          ),
        read: (names, reading) => {
          readWholeFiles(folder, names, reading);
          return Promise.resolve();
        },
      } satisfies Tree;
    },
    async openCommit(named, revision) {
      const folder = await folderAt(named);
      const git = await findGitFolder(folder, env);
      if (git === undefined) {
        throw new Failure('path-refused', `${named} lies in no git repository, so there is no ${revision}`);
      }
      return CommitTree.open(git, revision);
    },
  };
}

async function folderAt(named: string): Promise<string> {
  const folder = await realpath(named).catch((error: unknown) => {
    throw translateSystemError(error, named);
  });
  if (!(await stat(folder)).isDirectory()) throw new Failure('path-refused', `${named} is not a folder`);
  return folder;
}
