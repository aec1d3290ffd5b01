import { streamCommand, type CommandEnd } from '../../base/command.ts';
import { isFailure } from '../../base/failure.ts';
import { invariant } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import type { Shell, ShellEnd, ShellOrder, ShellRun } from '../../ports/shell.ts';

/** `sh` of this machine, as `PATH` of the command's environment finds it. */
export const sh: Shell = {
  async run(order: ShellOrder): Promise<ShellRun> {
    const last = new LastBytes(limits.bisectLogBytesMax);
    const sink = (chunk: Buffer): void => {
      last.add(chunk);
      order.onOutput(chunk);
    };
    const { command, cwd, env, timeoutMs, signal } = order;
    try {
      const ended = await streamCommand(
        { program: 'sh', args: ['-c', command], cwd, env, timeoutMs, signal },
        { stdout: sink, stderr: sink },
      );
      return { end: endOf(ended), output: last.bytes() };
    } catch (error) {
      if (!isFailure(error, 'program-timeout')) throw error;
      return { end: { kind: 'timed-out', afterMs: timeoutMs }, output: last.bytes() };
    }
  },
};

function endOf({ status, signal }: CommandEnd): ShellEnd {
  if (status !== undefined) return { kind: 'exited', status };
  invariant(signal !== undefined, 'a program ends by a status or by a signal');
  return { kind: 'signalled', signal };
}

/** The end of what was written, in bounded memory. */
class LastBytes {
  readonly #bytesMax: number;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size <= 2 * this.#bytesMax) return;
    const kept = this.bytes();
    this.#chunks = [kept];
    this.#size = kept.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks).subarray(-this.#bytesMax);
  }
}
