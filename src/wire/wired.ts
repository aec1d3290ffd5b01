import type { Config } from '../model/definition.ts';
import type { Tools } from '../flows/tools.ts';
import type { RegistriesOf } from './registries.ts';

/** Tools before lockkeeper.yaml was read, which takes tools; {@link Wired.for} makes those that know what it says. */
export interface Wired extends Tools {
  for(config: Pick<Config, 'companions'>): Tools;
}

export function wired(registriesOf: RegistriesOf, others: Omit<Tools, 'registries'>): Wired {
  return {
    ...others,
    registries: registriesOf({ companions: {} }),
    for: (config) => ({ ...others, registries: registriesOf(config) }),
  };
}
