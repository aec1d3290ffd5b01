import { noCredentials } from '../adapters/credentials/none.ts';
import { diskLayouts } from '../adapters/registry/layout.ts';
import type { Tools } from '../flows/tools.ts';
import { engineTools } from './engines.ts';
import type { ShellEnvironment } from './environment.ts';
import { local } from './local.ts';
import { registries } from './registries.ts';

/** Everything that builds and tries images needs, and no way to a credential: a guard follows the imports of this file. */
export async function hermetic(environment: ShellEnvironment, signal: AbortSignal): Promise<Tools> {
  return {
    ...local(environment),
    ...(await engineTools(environment)),
    registries: registries(noCredentials, environment, signal),
    layouts: diskLayouts,
  };
}
