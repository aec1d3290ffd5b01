import { runCommand, type CommandResult } from '../../base/command.ts';
import { Failure, isFailure } from '../../base/failure.ts';
import { flagAt, jsonOf, listAt, numberAt, textAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import { visible } from '../../base/text.ts';
import type { Engine } from '../../model/engine.ts';
import { normalizePlatform } from '../../model/platform.ts';
import { pick, type Environment, type FindOptions } from './environment.ts';
import { readHostFacts } from './host-facts.ts';
import { needsAnotherRuntime, podmanWorkarounds, versionIn } from './podman-workarounds.ts';

/** Where podman keeps and finds its own things; none of them leads to a registry. */
const variables: readonly string[] = [
  'PATH',
  'HOME',
  'TMPDIR',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'DBUS_SESSION_BUS_ADDRESS',
  'CONTAINERS_CONF',
  'CONTAINERS_STORAGE_CONF',
  'CONTAINERS_REGISTRIES_CONF',
  'CONTAINER_HOST',
  'CONTAINER_SSHKEY',
];

/** @throws Failure `engine-missing`, `engine-unreachable`, `engine-refused` */
export async function findPodman({ environment, config, signal }: FindOptions): Promise<Engine> {
  const env = {
    ...pick(environment, variables),
    REGISTRY_AUTH_FILE: config.podmanAuth,
    DOCKER_CONFIG: config.docker,
  };
  const [result, host] = await Promise.all([askInfo(env, signal), readHostFacts()]);
  const info = jsonOf(result.stdout);
  if (result.status !== 0 || textAt(info, 'version', 'Version') === undefined)
    throw broken(environment, result);
  const runc = needsAnotherRuntime(info, host) ? await runcVersion(env) : undefined;
  return { ...engineOf(info), ...podmanWorkarounds(info, host, runc), env };
}

function engineOf(info: unknown): Omit<Engine, 'env' | 'globalArgs' | 'createArgs' | 'runtime'> {
  const controllers = listAt(info, 'host', 'cgroupControllers');
  return {
    kind: 'podman',
    program: 'podman',
    limits: {
      memory: controllers.includes('memory'),
      cpus: controllers.includes('cpu'),
      pids: controllers.includes('pids'),
    },
    version: textAt(info, 'version', 'Version') ?? 'unknown',
    clientVersion: undefined,
    store: 'classic',
    buildkit: 'none',
    platform: normalizePlatform({
      os: textAt(info, 'host', 'os') ?? 'linux',
      architecture: textAt(info, 'host', 'arch') ?? 'unknown',
      ...variantOf(info),
    }),
    rootless: flagAt(info, 'host', 'security', 'rootless') === true,
    kernel: textAt(info, 'host', 'kernel') ?? 'unknown',
    cpus: numberAt(info, 'host', 'cpus') ?? 1,
    memoryBytes: numberAt(info, 'host', 'memTotal') ?? 0,
  };
}

function variantOf(info: unknown): { readonly variant?: string } {
  const variant = textAt(info, 'host', 'variant') ?? '';
  return variant === '' ? {} : { variant };
}

/** Undefined: there is no runc. */
async function runcVersion(env: Readonly<Record<string, string>>): Promise<string | undefined> {
  try {
    const spec = { program: 'runc', args: ['--version'], env, timeoutMs: limits.engineQuestionMs };
    const result = await runCommand(spec);
    return result.status === 0 ? (versionIn(result.stdout) ?? 'unknown') : undefined;
  } catch (error) {
    if (isFailure(error, 'program-missing')) return undefined;
    throw error;
  }
}

async function askInfo(
  env: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<CommandResult> {
  const args = ['info', '--format', 'json'];
  try {
    return await runCommand({ program: 'podman', args, env, timeoutMs: limits.engineQuestionMs, signal });
  } catch (error) {
    if (isFailure(error, 'program-missing')) {
      throw new Failure('engine-missing', 'podman is not installed', {
        hint: 'Install podman or docker: on Debian and Ubuntu `apt-get install podman`.',
      });
    }
    if (isFailure(error, 'program-timeout')) {
      throw new Failure(
        'engine-unreachable',
        `podman does not answer within ${limits.engineQuestionMs / 1000} s`,
        {
          hint: 'Look with `podman info` what it waits for.',
          cause: error,
        },
      );
    }
    throw error;
  }
}

function broken(environment: Environment, result: CommandResult): Failure {
  const said =
    visible(result.stderr.trim().slice(-limits.programErrorCharsMax)) || `exit status ${result.status}`;
  const host = environment['CONTAINER_HOST'] ?? '';
  if (host !== '') {
    return new Failure('engine-unreachable', `podman at ${host} does not answer: ${said}`, {
      hint: 'Look whether CONTAINER_HOST names the right machine, and whether it is up.',
    });
  }
  return new Failure('engine-refused', `podman does not work here: ${said}`, {
    hint: 'Make `podman info` work first; on macOS and Windows start its machine with `podman machine start`.',
  });
}
