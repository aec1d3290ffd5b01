import { access, constants } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { runCommand } from '../../base/command.ts';
import { Failure, systemErrorCode } from '../../base/failure.ts';
import { flagAt, jsonOf, textAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import { pick, type Environment } from './environment.ts';

/** Variables that say where the daemon is and how to prove to it who we are; none of them leads to a registry. */
const hostVariables: readonly string[] = ['DOCKER_HOST', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'];

/**
 * Where the daemon is, as variables for its client. A context that the person has chosen is turned into the same
 * variables, because contexts lie in the settings that we do not hand on.
 * @throws Failure `engine-unreachable` when a context is named that is not there
 */
export async function dockerHostVariables(
  environment: Environment,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, string>>> {
  const given = pick(environment, hostVariables);
  const host = given['DOCKER_HOST'] === undefined ? await contextVariables(environment, signal) : given;
  // The client starts ssh by itself, which needs to find its keys.
  const isSsh = host['DOCKER_HOST']?.startsWith('ssh://') === true;
  return { ...host, ...(isSsh ? pick(environment, ['HOME', 'USER', 'SSH_AUTH_SOCK']) : {}) };
}

/** Folder of a person's docker settings; undefined when there is no home. */
export function personalDockerConfig(environment: Environment): string | undefined {
  const { DOCKER_CONFIG, HOME } = environment;
  if (DOCKER_CONFIG !== undefined && DOCKER_CONFIG !== '') return DOCKER_CONFIG;
  return HOME === undefined || HOME === '' ? undefined : join(HOME, '.docker');
}

async function contextVariables(
  environment: Environment,
  signal: AbortSignal | undefined,
): Promise<Readonly<Record<string, string>>> {
  const config = personalDockerConfig(environment);
  const named = environment['DOCKER_CONTEXT'] ?? '';
  // Where no context was ever made, there is only the default one: nothing to ask.
  if (named === '' && (config === undefined || !(await isThere(join(config, 'contexts', 'meta'))))) return {};
  const result = await runCommand({
    program: 'docker',
    args: ['context', 'inspect', '--format', '{{json .}}'],
    env: pick(environment, ['PATH', 'HOME', 'DOCKER_CONFIG', 'DOCKER_CONTEXT']),
    timeoutMs: limits.engineQuestionMs,
    signal,
  });
  const context = jsonOf(result.stdout);
  const host = textAt(context, 'Endpoints', 'docker', 'Host');
  if (result.status !== 0 || host === undefined) {
    if (named === '') return {};
    throw new Failure('engine-unreachable', `the docker context ${JSON.stringify(named)} cannot be used`, {
      hint: 'List the contexts with `docker context ls`, or unset DOCKER_CONTEXT.',
    });
  }
  return { DOCKER_HOST: host, ...tlsVariables(context) };
}

function tlsVariables(context: unknown): Readonly<Record<string, string>> {
  const path = textAt(context, 'Storage', 'TLSPath');
  const verify = flagAt(context, 'Endpoints', 'docker', 'SkipTLSVerify') !== true;
  const hasTls = textAt(context, 'TLSMaterial', 'docker', 0) !== undefined;
  if (!hasTls || path === undefined) return {};
  return { DOCKER_CERT_PATH: join(path, 'docker'), ...(verify ? { DOCKER_TLS_VERIFY: '1' } : {}) };
}

export type SocketState = 'listens' | 'missing' | 'denied' | 'silent' | 'remote';

/** Whether somebody listens on the daemon's socket; `remote` when it is not a socket of this machine. */
export async function socketState(host: string | undefined): Promise<SocketState> {
  const path = host === undefined ? '/var/run/docker.sock' : /^unix:\/\/(\/.+)$/.exec(host)?.[1];
  if (path === undefined) return 'remote';
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const settle = (state: SocketState): void => {
      socket.destroy();
      resolve(state);
    };
    socket.setTimeout(limits.connectMs, () => settle('silent'));
    socket.once('connect', () => settle('listens'));
    socket.once('error', (error) => {
      const code = systemErrorCode(error);
      settle(code === 'EACCES' || code === 'EPERM' ? 'denied' : code === 'ENOENT' ? 'missing' : 'silent');
    });
  });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch (error) {
    // Whatever keeps us from reading it keeps the client from it as well.
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}
