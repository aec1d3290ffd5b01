import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { runCommand, type CommandResult, type CommandSpec } from '../../base/command.ts';
import { Failure, isFailure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { streamOf } from '../../base/stream.ts';
import {
  parseHelperAnswer,
  parseLoginFile,
  type LoginEntry,
  type LoginFile,
} from '../../model/login-file.ts';
import type { Credentials, Login } from '../../ports/credentials.ts';

/** Variables by name; those that are not set are undefined. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Logins from the person's Docker config (`$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`) and its helpers. */
export function dockerConfigCredentials(environment: Environment): Credentials {
  const folder = environment['DOCKER_CONFIG'] || path.join(environment['HOME'] || homedir(), '.docker');
  return new DockerConfigCredentials(path.join(folder, 'config.json'), helperEnvironment(environment));
}

const helperName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
/** The helpers' own protocol: this sentence, on standard output, says that there is no login (docker-credential-helpers). */
const notFound = 'credentials not found in native keychain';
/** Docker Hub's name towards helpers. */
const hubServer = 'https://index.docker.io/v1/';

class DockerConfigCredentials implements Credentials {
  readonly #file: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #asked = new Map<string, Promise<Login | undefined>>();
  #read: Promise<LoginFile | undefined> | undefined;

  constructor(file: string, environment: Readonly<Record<string, string>>) {
    this.#file = file;
    this.#environment = environment;
  }

  /** The most special counts: the entry of the repository or of a part of its path, then the registry's helper, the store, its entry. */
  async find(registry: string, repository: string): Promise<Login | undefined> {
    this.#read ??= readLoginFile(this.#file);
    const file = await this.#read;
    if (file === undefined) return undefined;
    for (const key of pathKeys(registry, repository)) {
      const login = loginOf(file.entries.get(key));
      if (login !== undefined) return login;
    }
    // An empty name stands for none.
    const helper = file.helpers.get(registry) || file.store;
    const asked = helper === undefined ? undefined : await this.#ask(helper, registry);
    return asked ?? loginOf(file.entries.get(registry));
  }

  /** A helper is asked once for each registry; several repositories would otherwise open the key ring several times. */
  #ask(helper: string, registry: string): Promise<Login | undefined> {
    const key = `${helper} ${registry}`;
    const asked = this.#asked.get(key) ?? askHelper(helper, registry, this.#environment);
    this.#asked.set(key, asked);
    return asked;
  }
}

async function readLoginFile(file: string): Promise<LoginFile | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return undefined;
    throw translateSystemError(error, file);
  }
  if (bytes.length > limits.configBytesMax)
    throw new Failure('path-refused', `${file} is larger than ${limits.configBytesMax} bytes`);
  return parseLoginFile(bytes, file);
}

/** `r/a/b/c`, `r/a/b`, `r/a` */
function pathKeys(registry: string, repository: string): readonly string[] {
  const parts = repository.split('/');
  return parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join('/')}`);
}

function loginOf(entry: LoginEntry | undefined): Login | undefined {
  if (entry === undefined) return undefined;
  if (entry.identityToken !== '') return { kind: 'refresh-token', token: entry.identityToken };
  return entry.user === '' ? undefined : { kind: 'basic', user: entry.user, password: entry.password };
}

/** The name of the registry goes in by standard input; the login comes back by standard output and is shown to nobody. */
async function askHelper(
  helper: string,
  registry: string,
  env: Readonly<Record<string, string>>,
): Promise<Login | undefined> {
  if (!helperName.test(helper))
    throw new Failure(
      'path-refused',
      `${JSON.stringify(helper.slice(0, 100))} is not the name of a credential helper`,
    );
  const server = registry === 'docker.io' ? hubServer : registry;
  const spec: CommandSpec = {
    program: `docker-credential-${helper}`,
    args: ['get'],
    env,
    timeoutMs: limits.credentialHelperMs,
    stdin: streamOf([Buffer.from(`${server}\n`)]),
  };
  const result = await runHelper(spec, registry);
  if (result.status !== 0 && result.stdout.trim() === notFound) return undefined;
  const answer = result.status === 0 ? parseHelperAnswer(result.stdout) : undefined;
  if (answer === undefined) {
    const how = result.status === 0 ? 'an answer that is none' : `exit status ${result.status}`;
    throw new Failure(
      'program-failed',
      `the credential helper ${spec.program} ended with ${how} when asked for ${registry}`,
      {
        hint: `Run it by hand to see why: echo ${server} | ${spec.program} get`,
      },
    );
  }
  if (answer.user === '<token>') return { kind: 'refresh-token', token: answer.secret };
  return answer.user === '' ? undefined : { kind: 'basic', user: answer.user, password: answer.secret };
}

async function runHelper(spec: CommandSpec, registry: string): Promise<CommandResult> {
  try {
    return await runCommand(spec, limits.answerBytesMax);
  } catch (error) {
    if (!isFailure(error, 'program-missing')) throw error;
    throw new Failure(
      'program-missing',
      `${spec.program}, which the Docker config names for ${registry}, is not installed`,
      {
        hint: 'Install it, or take its name out of the Docker config.',
        cause: error,
      },
    );
  }
}

/**
 * What helpers of key rings and clouds need: where they lie, whose they are, how to reach the session's key ring, and the
 * cloud's own variables. They get nothing else of ours.
 */
function helperEnvironment(environment: Environment): Readonly<Record<string, string>> {
  const names =
    /^(?:PATH|HOME|USER|LOGNAME|TMPDIR|LANG|LC_ALL|DISPLAY|WAYLAND_DISPLAY|GNUPGHOME|GPG_TTY|PASSWORD_STORE_DIR|DBUS_SESSION_BUS_ADDRESS|HTTPS_PROXY|NO_PROXY|XDG_[A-Z_]+|AWS_[A-Z0-9_]+|AZURE_[A-Z0-9_]+|GOOGLE_[A-Z0-9_]+|CLOUDSDK_[A-Z0-9_]+)$/;
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && names.test(name) ? [[name, value]] : [],
    ),
  );
}
