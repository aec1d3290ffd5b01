import { dockerConfigCredentials } from '../adapters/credentials/docker-config.ts';
import { LocalMachine } from '../adapters/machine/local.ts';
import type { DoctorTools } from '../flows/doctor.ts';
import { engineTools } from './engines.ts';
import { gitEnvironment, temporaryFolder, type ShellEnvironment } from './environment.ts';
import { local } from './local.ts';
import { registriesOf } from './registries.ts';

/** What `doctor` looks with: everything, as the person has it. Nothing is built, tried or written. */
export async function doctorTools(environment: ShellEnvironment, signal: AbortSignal): Promise<DoctorTools> {
  const credentials = dockerConfigCredentials(environment);
  const { engines } = await engineTools(environment);
  return {
    machine: new LocalMachine({ env: gitEnvironment(environment), temporary: temporaryFolder(environment) }),
    engines,
    configFiles: local(environment).configFiles,
    registriesOf: registriesOf(credentials, environment, signal),
    credentials,
  };
}
