import { diskRepositories } from '../adapters/git/repositories.ts';
import type { StatusTools } from '../flows/status.ts';
import { gitEnvironment, temporaryFolder, type ShellEnvironment } from './environment.ts';
import { pinTools } from './pinning.ts';

/** What those who look at holds and take moves back work with: the pins of a folder, and their history in git. */
export function holdTools(environment: ShellEnvironment, signal: AbortSignal): StatusTools {
  return {
    ...pinTools(environment, signal),
    git: diskRepositories({ env: gitEnvironment(environment), temporary: temporaryFolder(environment) }),
  };
}
