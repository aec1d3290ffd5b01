import { borrowingClones } from '../adapters/work-clone/borrowing.ts';
import { diskEvidenceFolders } from '../adapters/evidence-folder/disk.ts';
import { diskRepositories } from '../adapters/git/repositories.ts';
import { sh } from '../adapters/shell/sh.ts';
import type { CommandTools } from '../flows/bisect-command.ts';
import { gitEnvironment, temporaryFolder, type ShellEnvironment } from './environment.ts';
import { local } from './local.ts';

/** What a bisection by a command works with: git, temporary checkouts, a shell. No engine, and no network of our own. */
export function bisecting(environment: ShellEnvironment): CommandTools {
  const options = { env: gitEnvironment(environment), temporary: temporaryFolder(environment) };
  return {
    ...local(environment),
    git: diskRepositories(options),
    clones: borrowingClones(options),
    evidenceFolders: diskEvidenceFolders,
    shell: sh,
  };
}
