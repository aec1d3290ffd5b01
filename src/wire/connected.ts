import { dockerConfigCredentials } from '../adapters/credentials/docker-config.ts';
import { engineTools } from './engines.ts';
import type { ShellEnvironment } from './environment.ts';
import { local } from './local.ts';
import { registriesOf } from './registries.ts';
import { wired, type Wired } from './wired.ts';

/** As {@link hermetic}, but registries get the person's own logins. Nothing untrusted runs with it. */
export async function connected(environment: ShellEnvironment, signal: AbortSignal): Promise<Wired> {
  return wired(registriesOf(dockerConfigCredentials(environment), environment, signal), {
    ...local(environment),
    ...(await engineTools(environment)),
  });
}
