import { noCredentials } from '../adapters/credentials/none.ts';
import { engineTools } from './engines.ts';
import type { ShellEnvironment } from './environment.ts';
import { local } from './local.ts';
import { registriesOf } from './registries.ts';
import { wired, type Wired } from './wired.ts';

/** Everything that builds and tries images needs, and no way to a credential: a guard follows the imports of this file. */
export async function hermetic(environment: ShellEnvironment, signal: AbortSignal): Promise<Wired> {
  return wired(registriesOf(noCredentials, environment, signal), {
    ...local(environment),
    ...(await engineTools(environment)),
  });
}
