import { systemEngines } from '../adapters/engine/engines.ts';
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
    builderOf: (engine) => {
      const builder = later(async () => {
        const { createBuilder } = await import('../adapters/builder/builder.ts');
        return createBuilder(engine, { temporary: folder });
      });
      return { build: async (...order) => (await builder()).build(...order) };
    },
    exporterOf: (engine) => {
      const exporter = later(async () => {
        const { createExporter } = await import('../adapters/builder/exporter.ts');
        return createExporter(engine, { temporary: folder, servers, processes });
      });
      return { export: async (...order) => (await exporter()).export(...order) };
    },
    loaderOf: (engine) => {
      const loader = later(async () => (await import('../adapters/loader/loader.ts')).createLoader(engine));
      return {
        lacks: async (...order) => (await loader()).lacks(...order),
        load: async (...order) => (await loader()).load(...order),
      };
    },
    runnerOf: (engine) => {
      const runner = later(async () => {
        const { createRunner } = await import('../adapters/runner/runner.ts');
        return createRunner(engine, { clock: systemClock });
      });
      return { run: async (...order) => (await runner()).run(...order) };
    },
  };
}

/** Made at its first use: most commands need few of these, and a quarter of a command's start is loading code. */
function later<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
