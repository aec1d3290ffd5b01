import { createBuilder } from '../adapters/builder/builder.ts';
import { createExporter } from '../adapters/builder/exporter.ts';
import { systemEngines } from '../adapters/engine/engines.ts';
import { createLoader } from '../adapters/loader/loader.ts';
import { createRunner } from '../adapters/runner/runner.ts';
import { systemClock } from '../base/system-clock.ts';
import type { Tools } from '../flows/tools.ts';
import { privateFolder, type ShellEnvironment } from './environment.ts';

/** Engines, and what is done with them. They get an environment without any login, whoever asks. */
export async function engineTools(
  environment: ShellEnvironment,
): Promise<Pick<Tools, 'engines' | 'builderOf' | 'exporterOf' | 'loaderOf' | 'runnerOf'>> {
  const folder = await privateFolder(environment);
  return {
    engines: systemEngines({ environment, privateDirectory: folder }),
    builderOf: (engine) => createBuilder(engine, { temporary: folder }),
    exporterOf: (engine) => createExporter(engine, { temporary: folder }),
    loaderOf: (engine) => createLoader(engine),
    runnerOf: (engine) => createRunner(engine, { clock: systemClock }),
  };
}
