import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { startEngineWhereNoneAnswers } from './engine.ts';

/** `node tools/with-engine.ts PROGRAM ARGS…`: runs a program with a container engine, which lasts as long as it does. */
async function main([program, ...args]: readonly string[]): Promise<number> {
  if (program === undefined) {
    console.error('usage: node tools/with-engine.ts PROGRAM ARGS...');
    return 2;
  }
  // Before the engine starts: Ctrl-C is the program's to answer; ours is to outlive it and stop the engine.
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort(signal));
  const engine = await startEngineWhereNoneAnswers((line) => console.error(line));
  try {
    return await run(program, args, { env: engine?.env ?? {}, signal: stopped.signal });
  } finally {
    await engine?.stop();
  }
}

interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

function run(program: string, args: readonly string[], { env, signal }: RunOptions): Promise<number> {
  if (signal.aborted) return Promise.resolve(statusOf('SIGINT'));
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    // A terminal sends SIGINT to both of us; SIGTERM comes to us alone.
    signal.addEventListener('abort', () => signal.reason === 'SIGTERM' && child.kill('SIGTERM'));
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('exit', (status, ended) => resolve(status ?? statusOf(ended)));
  });
}

function statusOf(signal: NodeJS.Signals | null): number {
  return signal === null ? 1 : 128 + constants.signals[signal];
}

process.exitCode = await main(process.argv.slice(2));
