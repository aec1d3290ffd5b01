import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommand, type CommandResult } from '../../base/command.ts';
import { Failure, isFailure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { streamOf } from '../../base/stream.ts';
import type { Engine } from '../../model/engine.ts';
import { askEngine, engineComplaint, type EngineCommandOptions } from '../../ports/engine-command.ts';

/** Where kubelets look for images; what lies in another namespace is not there for them. */
const namespace = 'k8s.io';

/** The `ctr` of one containerd. */
export interface Ctr {
  /** For people. */
  readonly name: string;
  /** Any exit status is an answer. @throws Failure `receiver-missing`, `engine-*` */
  ask(args: readonly string[], options?: EngineCommandOptions): Promise<CommandResult>;
  /** Puts a program where containers of this containerd can have it mounted; the same program has the same place. */
  place(program: Uint8Array): Promise<string>;
  /** Takes it away again. */
  displace(file: string): Promise<void>;
}

export interface LocalCtrOptions {
  /** PATH, and where containerd listens (`CONTAINERD_ADDRESS`). */
  readonly env: Readonly<Record<string, string>>;
  /** A folder of our own that goes with the process. */
  readonly folder: string;
}

/** The containerd of this machine. */
export function localCtr({ env, folder }: LocalCtrOptions): Ctr {
  return {
    name: 'containerd',
    async ask(args, { timeoutMs = limits.engineQuestionMs, ...more } = {}) {
      try {
        return await runCommand({
          program: 'ctr',
          args: ['--namespace', namespace, ...args],
          env,
          timeoutMs,
          ...more,
        });
      } catch (error) {
        throw isFailure(error, 'program-missing', 'program-timeout') ? silent(error) : error;
      }
    },
    async place(program) {
      const file = path.join(folder, 'noop');
      await writeFile(file, program, { mode: 0o755 });
      return file;
    },
    // The folder goes with the process.
    displace: () => Promise.resolve(),
  };
}

// Not in /tmp or /run: kind mounts those so that no program may be run from them.
const placeInNode = '/var/lib/lockkeeper-noop';

/** The containerd in a node, which is a container of an engine. */
export function nodeCtr(engine: Engine, node: string): Ctr {
  const run = (args: readonly string[], options?: EngineCommandOptions): Promise<CommandResult> =>
    askEngine(engine, ['exec', '--interactive', node, ...args], options);
  return {
    name: `node ${node}`,
    ask: (args, options) => run(['ctr', '--namespace', namespace, ...args], options),
    async place(program) {
      const write = 'cat > "$0.new" && chmod 755 "$0.new" && mv "$0.new" "$0"';
      const result = await run(['sh', '-c', write, placeInNode], { stdin: streamOf([program]) });
      if (result.status === 0) return placeInNode;
      throw new Failure(
        'engine-refused',
        `nothing can be written to ${placeInNode} in node ${node}: ${engineComplaint(result)}`,
      );
    },
    async displace(file) {
      await run(['rm', '-f', file]);
    },
  };
}

function silent(cause: Failure): Failure {
  return cause.code === 'program-missing'
    ? new Failure('receiver-missing', 'ctr, the program of containerd, is not installed', { cause })
    : new Failure('engine-unreachable', `containerd does not answer: ${cause.message}`, { cause });
}
