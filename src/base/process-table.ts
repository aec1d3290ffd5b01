import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { kill, pid } from 'node:process';
import { systemErrorCode } from './failure.ts';

/** A process, told apart from a later one with the same number. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** When it started, in whatever the system counts; empty where it does not tell. */
  readonly started: string;
}

/** Who we are, and which processes there are beside us. */
export interface ProcessTable {
  readonly self: ProcessIdentity;
  /** When the process of this number on this machine started; undefined: there is none. */
  readonly startOf: (pid: number) => Promise<string | undefined>;
}

export async function systemProcesses(): Promise<ProcessTable> {
  return { self: { host: hostname(), pid, started: (await startOf(pid)) ?? '' }, startOf };
}

/** One on another machine counts as living, because nobody here can tell. */
export async function isLiving(
  { host, pid: number, started }: ProcessIdentity,
  processes: ProcessTable,
): Promise<boolean> {
  if (host !== processes.self.host) return true;
  const found = await processes.startOf(number);
  if (found === undefined) return false;
  // The number was given to another process since.
  return found === '' || started === '' || found === started;
}

/** Linux tells when a process started, in ticks since the machine did; elsewhere only whether it is there. */
async function startOf(process: number): Promise<string | undefined> {
  try {
    const status = await readFile(`/proc/${process}/stat`, 'utf8');
    // The name of the program, in parentheses, may hold anything; the start is the 20th field after it.
    return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return isThere(process) ? '' : undefined;
  }
}

function isThere(process: number): boolean {
  try {
    return kill(process, 0);
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return systemErrorCode(error) !== 'ESRCH';
  }
}
