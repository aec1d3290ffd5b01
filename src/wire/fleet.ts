import { gitClones } from '../adapters/clone/git.ts';
import { fileJournals } from '../adapters/journal/file.ts';
import { diskRepositories } from '../adapters/git/repositories.ts';
import type { FleetChangeTools } from '../flows/fleet-change.ts';
import type { FleetTools } from '../flows/fleet.ts';
import {
  gitRemoteEnvironment,
  privateFolder,
  temporaryFolder,
  type ShellEnvironment,
} from './environment.ts';
import { local } from './local.ts';

/** What those who propose changes work with: git beside the work tree, with what it needs to push. */
export function changeTools(environment: ShellEnvironment): Omit<FleetChangeTools, 'openForge'> {
  const { configFiles, trees, clock } = local(environment);
  const env = gitRemoteEnvironment(environment);
  return {
    configFiles,
    trees,
    clock,
    git: diskRepositories({ env, temporary: temporaryFolder(environment) }),
  };
}

/** What those who look at many repositories need beside what looks at one. Git logs in as it does by hand. */
export function fleetTools(environment: ShellEnvironment): FleetTools {
  let folder: Promise<string> | undefined;
  return {
    clones: gitClones({
      env: gitRemoteEnvironment(environment),
      temporary: () => (folder ??= privateFolder(environment)),
    }),
    journals: fileJournals,
  };
}
