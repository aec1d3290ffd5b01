import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { kill, pid } from 'node:process';
import { systemErrorCode } from '../../base/failure.ts';
import type { Files } from './files.ts';
import type { LockTools } from './lock.ts';

/** Locks of this process on this machine. */
export async function lockToolsOf(files: Files): Promise<LockTools> {
  return { files, self: { host: hostname(), pid, started: (await startOf(pid)) ?? '' }, startOf };
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
