import process from 'node:process';
import type { WriteStream } from 'node:tty';
import { Failure } from '../base/failure.ts';
import { systemClock } from '../base/system-clock.ts';
import { main, type Stream } from './main.ts';

/** Joins {@link main} to the process that it runs in: words, environment, streams and signals. */
export async function runProcess(): Promise<void> {
  const interruption = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (interruption.signal.aborted) {
      // A second Ctrl-C ends the program at once, as the signal does by itself; a container may be left.
      stopListening();
      process.kill(process.pid, name);
      return;
    }
    interruption.abort(new Failure('interrupted', `interrupted by ${name}; taking away what was started`));
  };
  const stopListening = (): void => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // A reader that closes early (`| head`) is no fault of ours.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.exitCode = await main({
    words: process.argv.slice(2),
    env: process.env,
    cwd: whereThePersonIs(),
    clock: systemClock,
    signal: interruption.signal,
    ask:
      process.stdin.isTTY && process.stderr.isTTY
        ? (question) => ask(question, interruption.signal)
        : undefined,
    stdout: stream(process.stdout),
    stderr: stream(process.stderr),
  });
  stopListening();
}

/** `npm --prefix CHECKOUT run lockkeeper` runs in the checkout, and says where it was called. */
function whereThePersonIs(): string {
  const { npm_lifecycle_event: script, INIT_CWD: calledIn } = process.env;
  return script === 'lockkeeper' && calledIn !== undefined ? calledIn : process.cwd();
}

/** The answer, without the line's end; no where the person ends the input. @throws the signal's reason */
async function ask(question: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    lines.once('close', () => resolve('n'));
    return await Promise.race([lines.question(question, { signal }), ended]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    lines.close();
  }
}

function stream(target: WriteStream): Stream {
  return {
    write: (text) => void target.write(text),
    isTerminal: target.isTTY,
    columns: target.isTTY ? target.columns : undefined,
  };
}
