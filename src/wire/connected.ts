import { dockerConfigCredentials } from '../adapters/credentials/docker-config.ts';
import { diskLayouts } from '../adapters/registry/layout.ts';
import type { Tools } from '../flows/tools.ts';
import { engineTools } from './engines.ts';
import type { ShellEnvironment } from './environment.ts';
import { local } from './local.ts';
import { registries } from './registries.ts';

/** As {@link hermetic}, but registries get the person's own logins. Nothing untrusted runs with it. */
export async function connected(environment: ShellEnvironment, signal: AbortSignal): Promise<Tools> {
  return {
    ...local(environment),
    ...(await engineTools(environment)),
    registries: registries(dockerConfigCredentials(environment), environment, signal),
    layouts: diskLayouts,
  };
}
