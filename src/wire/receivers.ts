import { findReceivers } from '../adapters/loader/receivers.ts';
import { diskLayouts } from '../adapters/registry/layout.ts';
import { createRunner } from '../adapters/runner/runner.ts';
import { systemProcesses } from '../base/process-table.ts';
import { systemClock } from '../base/system-clock.ts';
import type { LoadTools } from '../flows/load.ts';
import { systemEngines } from '../adapters/engine/engines.ts';
import { containerdEnvironment, privateFolder, type ShellEnvironment } from './environment.ts';

/** What `load` needs for receivers on this machine, and no way to a credential: a guard follows the imports of this file. */
export async function receiverTools(environment: ShellEnvironment): Promise<LoadTools> {
  const folder = await privateFolder(environment);
  return {
    layouts: diskLayouts,
    receivers: findReceivers({
      engines: systemEngines({ environment, privateDirectory: folder }),
      runnerOf: (engine) => createRunner(engine, { clock: systemClock }),
      processes: await systemProcesses(),
      containerd: { env: containerdEnvironment(environment), folder },
    }),
  };
}
