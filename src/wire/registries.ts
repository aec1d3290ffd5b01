import { DistributionRegistries } from '../adapters/registry/distribution.ts';
import { systemClock } from '../base/system-clock.ts';
import type { Credentials } from '../ports/credentials.ts';
import type { Registries } from '../ports/repository.ts';
import { insecureRegistries, type ShellEnvironment } from './environment.ts';

export function registries(
  credentials: Credentials,
  environment: ShellEnvironment,
  signal: AbortSignal,
): Registries {
  return new DistributionRegistries({
    credentials,
    clock: systemClock,
    random: Math.random,
    settings: { insecure: insecureRegistries(environment) },
    signal,
  });
}
