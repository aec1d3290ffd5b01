import { runCommand, type CommandResult } from '../../base/command.ts';
import { Failure, isFailure } from '../../base/failure.ts';
import { flagAt, jsonOf, listAt, numberAt, textAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import { visible } from '../../base/text.ts';
import { majorVersion, type Engine } from '../../model/engine.ts';
import { normalizePlatform } from '../../model/platform.ts';
import { dockerHostVariables, socketState, type SocketState } from './docker-host.ts';
import { pick, type FindOptions } from './environment.ts';

/** @throws Failure `engine-missing`, `engine-unreachable`, `engine-refused` */
export async function findDocker({ environment, config, signal }: FindOptions): Promise<Engine> {
  const host = await asMissing(dockerHostVariables(environment, signal));
  const env: Readonly<Record<string, string>> = {
    ...pick(environment, ['PATH', 'DOCKER_API_VERSION', 'TMPDIR']),
    ...host,
    DOCKER_CONFIG: config.docker,
  };
  const ask = (command: string): Promise<CommandResult> =>
    asMissing(
      runCommand({
        program: 'docker',
        args: [command, '--format', '{{json .}}'],
        env,
        timeoutMs: limits.engineQuestionMs,
        signal,
      }),
    );
  const [version, info] = await Promise.all([ask('version'), ask('info')]);
  const versions = jsonOf(version.stdout);
  const facts = jsonOf(info.stdout);
  const serverVersion = textAt(versions, 'Server', 'Version');
  if (
    version.status !== 0 ||
    info.status !== 0 ||
    serverVersion === undefined ||
    textAt(facts, 'OSType') === undefined
  ) {
    // A program called docker that answers well but knows no server is podman's emulation of it.
    if (version.status === 0 && serverVersion === undefined) throw missing();
    const place = env['DOCKER_HOST'];
    throw unreachable(place, await socketState(place), version.stderr.trim() || info.stderr.trim());
  }
  const clientVersion = textAt(versions, 'Client', 'Version');
  return {
    ...engineOf(versions, facts),
    clientVersion: clientVersion === serverVersion ? undefined : clientVersion,
    env,
  };
}

function engineOf(versions: unknown, facts: unknown): Omit<Engine, 'env' | 'clientVersion'> {
  const runtime = textAt(facts, 'DefaultRuntime') ?? 'unknown';
  const components = listAt(versions, 'Server', 'Components');
  const runtimeVersion = components.find((each) => textAt(each, 'Name') === runtime);
  return {
    kind: 'docker',
    program: 'docker',
    globalArgs: [],
    createArgs: [],
    limits: {
      memory: flagAt(facts, 'MemoryLimit') === true,
      cpus: flagAt(facts, 'CpuCfsQuota') === true,
      pids: flagAt(facts, 'PidsLimit') === true,
    },
    version: textAt(versions, 'Server', 'Version') ?? 'unknown',
    store: listAt(facts, 'DriverStatus').some(
      (each) => textAt(each, 1)?.startsWith('io.containerd.snapshotter') === true,
    )
      ? 'containerd'
      : 'classic',
    buildkit: buildkitOf(versions, facts),
    platform: normalizePlatform({
      os: textAt(versions, 'Server', 'Os') ?? 'linux',
      architecture: textAt(versions, 'Server', 'Arch') ?? textAt(facts, 'Architecture') ?? 'unknown',
    }),
    rootless: listAt(facts, 'SecurityOptions').some((each) => each === 'name=rootless'),
    runtime: { name: runtime, version: textAt(runtimeVersion, 'Version') },
    kernel: textAt(facts, 'KernelVersion') ?? 'unknown',
    cpus: numberAt(facts, 'NCPU') ?? 1,
    memoryBytes: numberAt(facts, 'MemTotal') ?? 0,
  };
}

/** Clients up to version 22 bring BuildKit's half of the client with them; later ones leave it to the buildx plug-in. */
function buildkitOf(versions: unknown, facts: unknown): Engine['buildkit'] {
  const plugins = listAt(facts, 'ClientInfo', 'Plugins');
  const buildx = plugins.find((each) => textAt(each, 'Name') === 'buildx');
  if (buildx !== undefined && (textAt(buildx, 'Err') ?? '') === '') return 'buildx';
  const client = majorVersion(textAt(versions, 'Client', 'Version') ?? '');
  return client >= 19 && client < 23 ? 'builtin' : 'none';
}

async function asMissing<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isFailure(error, 'program-missing')) throw missing();
    if (isFailure(error, 'program-timeout')) {
      throw new Failure(
        'engine-unreachable',
        `docker does not answer within ${limits.engineQuestionMs / 1000} s`,
        {
          hint: 'Look whether its daemon is overloaded or hangs, and restart it.',
          cause: error,
        },
      );
    }
    throw error;
  }
}

function missing(): Failure {
  return new Failure('engine-missing', 'docker is not installed', {
    hint: 'Install docker or podman: on Debian and Ubuntu `apt-get install docker.io`.',
  });
}

const reasons: Readonly<
  Record<Exclude<SocketState, 'listens'>, { readonly what: string; readonly hint: string }>
> = {
  missing: {
    what: 'is not there',
    hint: 'Start the docker daemon, for example with `systemctl start docker`.',
  },
  silent: {
    what: 'does not answer',
    hint: 'Start the docker daemon, for example with `systemctl start docker`.',
  },
  denied: {
    what: 'may not be used by this user',
    hint: 'Join the docker group (`usermod -aG docker NAME`, then log in again), or use rootless docker or podman.',
  },
  remote: {
    what: 'does not answer',
    hint: 'Look whether DOCKER_HOST or the docker context names the right machine, and whether it is up.',
  },
};

function unreachable(host: string | undefined, socket: SocketState, said: string): Failure {
  const place = host ?? 'unix:///var/run/docker.sock';
  const complaint = visible(said.slice(-limits.programErrorCharsMax));
  if (socket === 'listens') {
    return new Failure('engine-refused', `docker at ${place} does not work with this client: ${complaint}`, {
      hint: 'Compare the versions of client and daemon with `docker version`.',
    });
  }
  const { what, hint } = reasons[socket];
  return new Failure(
    'engine-unreachable',
    `docker's daemon at ${place} ${what}${complaint === '' ? '' : `: ${complaint}`}`,
    { hint },
  );
}
