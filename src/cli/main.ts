import type { Clock } from '../base/clock.ts';
import { exitStatus, Failure, failureKinds, type ExitStatus } from '../base/failure.ts';
import type { CommandInput, Context, Output } from './command.ts';

/** What `bin` knows of the process. */
export interface Process {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Undefined: nobody is at a terminal. */
  readonly ask: Context['ask'];
  readonly stdout: Stream;
  readonly stderr: Stream;
}

export interface Stream {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number | undefined;
}

/** Runs the command line and returns its exit status; never throws. */
export async function main(process: Process): Promise<number> {
  const [first, ...rest] = process.words;
  if (
    first === undefined ||
    first === '--help' ||
    first === '-h' ||
    (first === 'help' && rest.length === 0)
  ) {
    const { overviewHelp } = await import('./help.ts');
    process.stdout.write(overviewHelp());
    return first === undefined ? exitStatus.usage : exitStatus.yes;
  }
  const context = contextOf(process, ownWords(rest));
  try {
    const { findCommand } = await import('./find-command.ts');
    const isHelp = first === 'help';
    const found = await findCommand(isHelp ? rest : process.words);
    const asks = isHelp || asksForHelp(found.rest);
    if (found.kind === 'group' || asks) {
      const { commandHelp, groupHelp } = await import('./help.ts');
      process.stdout.write(found.kind === 'group' ? groupHelp(found.name) : commandHelp(found.command));
      return asks ? exitStatus.yes : exitStatus.usage;
    }
    const { parseInput } = await import('./parse.ts');
    const input: CommandInput = parseInput(found.command, found.rest);
    return await found.command.run(input, context);
  } catch (error) {
    return showError(error, context);
  }
}

/** `--help` anywhere before `--` wins over everything else that was typed. */
function asksForHelp(words: readonly string[]): boolean {
  return ownWords(words).some((word) => word === '--help' || word === '-h');
}

/** What follows `--` is not for us. */
function ownWords(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end === -1 ? words : words.slice(0, end);
}

function contextOf(process: Process, words: readonly string[]): Context {
  const { env } = process;
  const plain = words.includes('--no-color') || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  const forced = (env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0';
  const output = (stream: Stream): Output => ({
    write: stream.write,
    isTerminal: stream.isTerminal,
    columns: stream.columns ?? 80,
    colour: !plain && (forced || stream.isTerminal),
  });
  return {
    env,
    cwd: process.cwd,
    clock: process.clock,
    signal: process.signal,
    ask: process.ask,
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    json: words.includes('--json'),
    verbose: words.includes('--verbose'),
    quiet: words.includes('--quiet'),
  };
}

async function showError(error: unknown, context: Context): Promise<ExitStatus> {
  const { failureJson, formatFailure } = await import('./print/failure.ts');
  if (error instanceof Failure) {
    if (context.json) context.stdout.write(failureJson(error));
    context.stderr.write(
      formatFailure(error, { colour: context.stderr.colour, columns: context.stderr.columns }),
    );
    return failureKinds[error.code].exit;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  context.stderr.write(
    `lockkeeper: this is a fault of ours, not of yours. Please report it with the lines below.\n${text}\n`,
  );
  return exitStatus.ourFault;
}
