import process from 'node:process';
import type { WriteStream } from 'node:tty';
import { Failure } from '../base/failure.ts';
import { systemClock } from '../base/system-clock.ts';
import { main, type Stream } from './main.ts';
import { Questions } from './questions.ts';

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
  const questions = new Questions({
    input: process.stdin,
    output: process.stderr,
    signal: interruption.signal,
  });
  process.exitCode = await main({
    words: process.argv.slice(2),
    env: process.env,
    cwd: whereThePersonIs(),
    clock: systemClock,
    signal: interruption.signal,
    ask: process.stdin.isTTY && process.stderr.isTTY ? (question) => questions.ask(question) : undefined,
    stdout: stream(process.stdout),
    stderr: stream(process.stderr),
  });
  questions.close();
  stopListening();
}

/** `npm --prefix CHECKOUT run lockkeeper` runs in the checkout, and says where it was called. */
function whereThePersonIs(): string {
  const { npm_lifecycle_event: script, INIT_CWD: calledIn } = process.env;
  return script === 'lockkeeper' && calledIn !== undefined ? calledIn : process.cwd();
}

function stream(target: WriteStream): Stream {
  return {
    write: (text) => void target.write(text),
    isTerminal: target.isTTY,
    // A terminal of no size says nothing of its width.
    columns: target.isTTY && target.columns > 0 ? target.columns : undefined,
  };
}
