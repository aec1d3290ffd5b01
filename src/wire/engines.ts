import { createBuilder } from '../adapters/builder/builder.ts';
import { createExporter } from '../adapters/builder/exporter.ts';
import { systemEngines } from '../adapters/engine/engines.ts';
import { createLoader } from '../adapters/loader/loader.ts';
import { createRunner } from '../adapters/runner/runner.ts';
import { systemProcesses } from '../base/process-table.ts';
import { systemClock } from '../base/system-clock.ts';
import type { Tools } from '../flows/tools.ts';
import type { RegistryServers } from '../ports/registry-server.ts';
import { privateFolder, type ShellEnvironment } from './environment.ts';

/** Loaded when one is started: most commands start none. */
const servers: RegistryServers = {
  start: async (order) =>
    (await import('../adapters/registry/serve/registry-server.ts')).registryServers.start(order),
};

/** Engines, and what is done with them. They get an environment without any login, whoever asks. */
export async function engineTools(
  environment: ShellEnvironment,
): Promise<Pick<Tools, 'engines' | 'builderOf' | 'exporterOf' | 'loaderOf' | 'runnerOf'>> {
  const [folder, processes] = await Promise.all([privateFolder(environment), systemProcesses()]);
  return {
    engines: systemEngines({ environment, privateDirectory: folder }),
    builderOf: (engine) => createBuilder(engine, { temporary: folder }),
    exporterOf: (engine) => createExporter(engine, { temporary: folder, servers, processes }),
    loaderOf: (engine) => createLoader(engine),
    runnerOf: (engine) => createRunner(engine, { clock: systemClock }),
  };
}
