import { DistributionRegistries } from '../adapters/registry/distribution.ts';
import { systemClock } from '../base/system-clock.ts';
import type { Config } from '../model/definition.ts';
import type { Credentials } from '../ports/credentials.ts';
import type { Registries } from '../ports/repository.ts';
import { insecureRegistries, proxyVariables, type ShellEnvironment } from './environment.ts';

/** Registries as the shell's environment and lockkeeper.yaml describe them. */
export type RegistriesOf = (config: Pick<Config, 'companions'>) => Registries;

export function registriesOf(
  credentials: Credentials,
  environment: ShellEnvironment,
  signal: AbortSignal,
): RegistriesOf {
  return ({ companions }) =>
    new DistributionRegistries({
      credentials,
      clock: systemClock,
      random: Math.random,
      settings: { insecure: insecureRegistries(environment), companions },
      proxies: proxyVariables(environment),
      signal,
    });
}
