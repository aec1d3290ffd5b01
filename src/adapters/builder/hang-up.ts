import { readdir, readFile } from 'node:fs/promises';
import { kill } from 'node:process';
import { systemErrorCode } from '../../base/failure.ts';
import { interruption } from '../../base/interruption.ts';
import { limits } from '../../base/limits.ts';

/**
 * Ends a podman that builds. One that gets SIGTERM goes at once and leaves the step that it was running behind, for
 * ever; SIGHUP is the only signal that it hands on to the step, and then it takes the step's container away, as long as
 * somebody reads what it says meanwhile. One that does not heed in time, or whose process cannot be found, is ended as
 * all programs are, by `signal`.
 */
export class HangUp implements Disposable {
  readonly #interrupted: AbortSignal | undefined;
  readonly #argument: string;
  readonly #stop = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  /** `argument` is one that no other process on this machine was started with. */
  constructor(interrupted: AbortSignal | undefined, argument: string) {
    this.#interrupted = interrupted;
    this.#argument = argument;
    if (interrupted?.aborted === true) this.#end();
    else interrupted?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** For the program. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  [Symbol.dispose](): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#interrupted?.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => void this.#hangUp();

  async #hangUp(): Promise<void> {
    const told = await hangUp(this.#argument);
    if (this.#over) return;
    if (told) this.#timer = setTimeout(() => this.#end(), limits.engineStopMs);
    else this.#end();
  }

  #end(): void {
    if (this.#interrupted !== undefined) this.#stop.abort(interruption(this.#interrupted));
  }
}

/** Whether there was a process with this argument that could be told. */
async function hangUp(argument: string): Promise<boolean> {
  const told = (await processIds()).map(async (id) => {
    const args = (await readIfThere(`/proc/${id}/cmdline`)).split('\0');
    return args.includes(argument) && send(id);
  });
  return (await Promise.all(told)).includes(true);
}

/** None where processes are not files: engines on such systems run in a virtual machine and end on their own terms. */
async function processIds(): Promise<readonly number[]> {
  try {
    return (await readdir('/proc')).filter((name) => /^[1-9][0-9]*$/.test(name)).map(Number);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return [];
  }
}

/** A process may end at any time, and others' may not be looked at. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return '';
  }
}

function send(id: number): boolean {
  try {
    return kill(id, 'SIGHUP');
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}
