import { dockerConfigCredentials } from '../adapters/credentials/docker-config.ts';
import { diskEditor } from '../adapters/editor/disk.ts';
import type { PinTools } from '../flows/pins.ts';
import type { ShellEnvironment } from './environment.ts';
import { local } from './local.ts';
import { registriesOf } from './registries.ts';

/** What those who pin work with: files of a repository, and registries with the person's own logins. Nothing is run. */
export function pinTools(environment: ShellEnvironment, signal: AbortSignal): PinTools {
  const registriesFor = registriesOf(dockerConfigCredentials(environment), environment, signal);
  return { ...local(environment), registriesFor, editor: diskEditor };
}
