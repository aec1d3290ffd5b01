import { gitClones } from '../adapters/clone/git.ts';
import { fileJournals } from '../adapters/journal/file.ts';
import type { FleetTools } from '../flows/fleet.ts';
import { gitRemoteEnvironment, privateFolder, type ShellEnvironment } from './environment.ts';

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
