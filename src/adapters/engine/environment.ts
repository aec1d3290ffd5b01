import type { PrivateConfig } from './private-config.ts';

/** What an outside program may know of this machine. A plain record, so that nothing below wiring reads the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Those of the named variables that are set, and nothing else. */
export function pick(environment: Environment, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[name, value] as const];
    }),
  );
}

export interface FindOptions {
  /** What the person's shell knows: PATH, HOME, DOCKER_HOST and the like. */
  readonly environment: Environment;
  readonly config: PrivateConfig;
  readonly signal: AbortSignal | undefined;
}
