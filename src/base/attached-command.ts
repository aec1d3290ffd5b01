import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Failure, systemErrorCode } from './failure.ts';
import { limits } from './limits.ts';

/** The person's own program, started for them: it has their terminal and the environment that it is given. */
export interface AttachedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Where standard output holds a document of ours, the program writes to standard error instead. */
  readonly output: 'stdout' | 'stderr';
  /** Ends the program: SIGTERM, and SIGKILL when that does not help. */
  readonly signal: AbortSignal;
}

/**
 * Runs it to its end and returns its exit status; 128 and the signal's number where a signal ended it, as shells do.
 * @throws Failure `program-missing`, `program-failed` when it cannot be started
 */
export async function runAttached(command: AttachedCommand): Promise<number> {
  const { program, args, env, cwd, output, signal } = command;
  const child = spawn(program, [...args], {
    env: { ...env },
    cwd,
    stdio: ['inherit', output === 'stdout' ? 'inherit' : 2, 'inherit'],
  });
  let kill: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill('SIGTERM');
    kill = setTimeout(() => child.kill('SIGKILL'), limits.engineStopMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error) => reject(cannotStart(program, error)));
      child.once('exit', (status, ended) =>
        resolve(status ?? 128 + (ended === null ? 0 : constants.signals[ended])),
      );
    });
  } finally {
    clearTimeout(kill);
    signal.removeEventListener('abort', stop);
  }
}

function cannotStart(program: string, error: Error): Failure {
  return systemErrorCode(error) === 'ENOENT'
    ? new Failure('program-missing', `${program} is not installed, or is not on PATH`, { cause: error })
    : new Failure('program-failed', `${program} cannot be started: ${error.message}`, { cause: error });
}
