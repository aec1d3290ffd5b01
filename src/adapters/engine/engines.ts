import { join } from 'node:path';
import { Failure, isFailure } from '../../base/failure.ts';
import type { Engine, EngineKind } from '../../model/engine.ts';
import type { EngineExamination, Engines } from '../../ports/engines.ts';
import { personalDockerConfig } from './docker-host.ts';
import { findDocker } from './docker.ts';
import type { Environment, FindOptions } from './environment.ts';
import { findPodman } from './podman.ts';
import { writePrivateConfig } from './private-config.ts';

const finders: Readonly<Record<EngineKind, (options: FindOptions) => Promise<Engine>>> = {
  docker: findDocker,
  podman: findPodman,
};

/** In the order in which they are tried. */
const kinds: readonly EngineKind[] = ['docker', 'podman'];

export interface SystemEnginesOptions {
  /** What the person's shell knows: PATH, HOME, DOCKER_HOST and the like. */
  readonly environment: Environment;
  /** A folder of our own for engine settings without logins; it must live as long as the engines are used. */
  readonly privateDirectory: string;
}

/** Finds the engines of this machine. */
export function systemEngines({ environment, privateDirectory }: SystemEnginesOptions): Engines {
  const find = async (kind: EngineKind, signal: AbortSignal | undefined): Promise<Engine> => {
    const personal = personalDockerConfig(environment);
    const plugins = personal === undefined ? [] : [join(personal, 'cli-plugins')];
    const config = await writePrivateConfig(privateDirectory, plugins);
    return finders[kind]({ environment, config, signal });
  };
  return {
    find: (wanted, signal) => (wanted === undefined ? findFirst(find, signal) : find(wanted, signal)),
    examine: (signal) => Promise.all(kinds.map((kind) => examineOne(kind, find(kind, signal)))),
  };
}

async function findFirst(
  find: (kind: EngineKind, signal: AbortSignal | undefined) => Promise<Engine>,
  signal: AbortSignal | undefined,
): Promise<Engine> {
  const troubles: Failure[] = [];
  for (const kind of kinds) {
    try {
      return await find(kind, signal);
    } catch (error) {
      if (!isFailure(error, 'engine-missing', 'engine-unreachable', 'engine-refused')) throw error;
      troubles.push(error);
    }
  }
  // One that is installed and does not work says more than one that is not installed.
  const worth = troubles.find((trouble) => trouble.code !== 'engine-missing');
  if (worth !== undefined) throw worth;
  throw new Failure('engine-missing', 'neither docker nor podman is installed', {
    hint: 'Install one of them: on Debian and Ubuntu `apt-get install docker.io` or `apt-get install podman`.',
  });
}

async function examineOne(kind: EngineKind, finding: Promise<Engine>): Promise<EngineExamination> {
  try {
    return { kind, state: 'works', engine: await finding };
  } catch (error) {
    if (isFailure(error, 'engine-missing')) return { kind, state: 'missing' };
    if (isFailure(error, 'engine-unreachable', 'engine-refused')) {
      return { kind, state: 'broken', message: error.message, hint: error.hint ?? '' };
    }
    throw error;
  }
}
