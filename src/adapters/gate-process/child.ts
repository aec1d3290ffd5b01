import { programFailed, readCommand, type CommandSpec } from '../../base/command.ts';
import { exitStatus, Failure, failureKinds, type FailureCode } from '../../base/failure.ts';
import { jsonOf, textAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import type { GateProcess, GateProcessOrder } from '../../ports/gate-process.ts';

export interface GateChildOptions {
  /** The program that runs us, and the file that it runs. */
  readonly node: string;
  readonly entry: string;
  /** The person's; only what {@link gateVariables} names is handed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Where engines are found. What is not in the list is not in the child, whatever a CI system calls its secrets: no token of
 * a forge, no login, and no proxy either, since both images are in the bundle and no registry is asked.
 */
const gateVariables: readonly string[] = [
  'PATH',
  'HOME',
  'TMPDIR',
  'SYSTEMROOT',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'DOCKER_HOST',
  'DOCKER_CONTEXT',
  'DOCKER_TLS_VERIFY',
  'DOCKER_CERT_PATH',
  'DOCKER_API_VERSION',
  'CONTAINER_HOST',
  'CONTAINERS_CONF',
  'CONTAINERS_STORAGE_CONF',
  'CONTAINERS_REGISTRIES_CONF',
  'DBUS_SESSION_BUS_ADDRESS',
];

/** `lockkeeper gate` as a process of its own; it has the wiring without credentials, and no variable that holds one. */
export class GateChild implements GateProcess {
  readonly #options: GateChildOptions;

  constructor(options: GateChildOptions) {
    this.#options = options;
  }

  async judge({ bundle, config, ledger, bounds, signal }: GateProcessOrder): Promise<void> {
    const { node, entry, environment } = this.#options;
    const env = gateVariables.flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[name, value] as const];
    });
    const kept = ledger === undefined ? [] : ['--ledger', ledger];
    const bounded = bounds?.within === undefined ? [] : ['--within', bounds.within];
    const offline = bounds?.network === 'none' ? ['--without-network'] : [];
    const spec: CommandSpec = {
      program: node,
      args: [
        ...[entry, 'gate', '--bundle', bundle, '--config', config],
        ...[...kept, ...bounded, ...offline, '--json', '--quiet'],
      ],
      env: Object.fromEntries(env),
      timeoutMs: limits.gateMs,
      signal,
    };
    const ended = await readCommand(spec, headOf);
    const answers: readonly (number | undefined)[] = [exitStatus.yes, exitStatus.no, exitStatus.notProven];
    const failure = failureIn(ended.value);
    if (failure !== undefined) throw failure;
    if (!answers.includes(ended.status)) throw programFailed(spec, ended);
  }
}

/** As much as a failure takes; a report of ten thousand tests is longer, and is not needed: the bundle holds it. */
async function headOf(stdout: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stdout) {
    if (size < limits.failureDocumentBytesMax) pieces.push(piece);
    size += piece.length;
  }
  return size > limits.failureDocumentBytesMax ? '' : Buffer.concat(pieces).toString();
}

/** What the child failed with, as our own; undefined: it gave a verdict. */
function failureIn(text: string): Failure | undefined {
  const document = jsonOf(text);
  const [code, message] = [textAt(document, 'error', 'code'), textAt(document, 'error', 'message')];
  if (code === undefined || !isFailureCode(code) || message === undefined) return undefined;
  const hint = textAt(document, 'error', 'hint');
  return new Failure(code, message, hint === undefined ? {} : { hint });
}

function isFailureCode(code: string): code is FailureCode {
  return Object.hasOwn(failureKinds, code);
}
