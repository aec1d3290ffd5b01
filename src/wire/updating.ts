import path from 'node:path';
import process from 'node:process';
import { gitCheckouts } from '../adapters/checkout/git.ts';
import { diskEditor } from '../adapters/editor/disk.ts';
import { packageRoot } from '../base/package-root.ts';
import { dockerConfigCredentials } from '../adapters/credentials/docker-config.ts';
import { GateChild } from '../adapters/gate-process/child.ts';
import { diskRepositories } from '../adapters/git/repositories.ts';
import type { UpdateTools } from '../flows/update/update.ts';
import { engineTools } from './engines.ts';
import {
  gitEnvironment,
  gitRemoteEnvironment,
  privateFolder,
  temporaryFolder,
  type ShellEnvironment,
} from './environment.ts';
import { local } from './local.ts';
import { registriesOf } from './registries.ts';
import { scratchLayouts } from './scratch.ts';

export interface UpdateWiring {
  readonly tools: UpdateTools;
  /** Where bundles may lie for a while; only we can read it, and it goes when the process ends. */
  readonly scratch: string;
}

/**
 * The connected half of an update: it has the person's logins and plans with them. It runs nothing of any image: trials are
 * run by a process of its own that has neither these logins nor this wiring.
 */
export async function updating(environment: ShellEnvironment, signal: AbortSignal): Promise<UpdateWiring> {
  const scratch = await privateFolder(environment);
  const git = gitEnvironment(environment);
  const tools: UpdateTools = {
    ...local(environment),
    ...(await engineTools(environment)),
    registriesFor: registriesOf(dockerConfigCredentials(environment), environment, signal),
    editor: diskEditor,
    scratch: scratchLayouts(environment),
    git: diskRepositories({
      env: gitRemoteEnvironment(environment),
      temporary: temporaryFolder(environment),
    }),
    checkouts: gitCheckouts({ env: git, temporary: () => Promise.resolve(scratch) }),
    gateProcess: new GateChild({ node: process.execPath, entry: entryFile(), environment }),
  };
  return { tools, scratch };
}

/** The program itself, as it was published or as it is developed. */
function entryFile(): string {
  return path.join(packageRoot, 'bin', `lockkeeper${path.extname(import.meta.filename)}`);
}
