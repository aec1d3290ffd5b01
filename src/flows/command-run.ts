import { durationText } from '../base/quantity.ts';
import { clip, visibleLine } from '../base/text.ts';
import { Failure } from '../base/failure.ts';
import { LineSplitter } from '../base/line-splitter.ts';
import { limits } from '../base/limits.ts';
import type { Clock } from '../base/clock.ts';
import type { GateAnswer } from '../model/bisection.ts';
import type { RunOfGate } from '../model/bisection-document.ts';
import type { Shell, ShellEnd, ShellRun } from '../ports/shell.ts';

/** How a command is a gate. */
export interface CommandRule {
  readonly command: string;
  /** 1: one run decides. More: the judge confirms a failure by so many pairs of runs at most. */
  readonly repeat: number;
  readonly timeoutMs: number;
}

/** Where a command runs with some moves made. */
export interface TrialPlace extends AsyncDisposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface CommandGate {
  readonly rule: CommandRule;
  readonly places: (moved: readonly string[]) => Promise<TrialPlace>;
  readonly shell: Shell;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** Of what it writes, both streams as one. */
  readonly onLine: (line: string) => void;
}

export interface MadeRun {
  readonly run: RunOfGate;
  readonly end: ShellEnd;
  readonly output: Buffer;
}

/** Runs it once in a place of its own. */
export async function runOnce(
  gate: CommandGate,
  side: RunOfGate['side'],
  moved: readonly string[],
): Promise<MadeRun> {
  const { rule, shell, clock, signal } = gate;
  await using place = await gate.places(moved);
  const lines = new LineSplitter(gate.onLine);
  const started = clock.monotonicMs();
  const { end, output }: ShellRun = await shell.run({
    command: rule.command,
    cwd: place.folder,
    env: place.env,
    timeoutMs: rule.timeoutMs,
    signal,
    onOutput: (chunk) => lines.add(chunk),
  });
  lines.end();
  const durationMs = Math.round(clock.monotonicMs() - started);
  if (moved.length === 0 && end.kind === 'exited' && brokenStatuses.includes(end.status))
    throw cannotRun(rule.command, end.status, lastLine(output));
  return { run: { side, durationMs, ...recorded(end) }, end, output };
}

/** Where it cannot run with nothing moved, no move is to blame. */
function cannotRun(command: string, status: number, said: string): Failure {
  return new Failure(
    'program-missing',
    `the command cannot run, with no move made either: ${visibleLine(command)} ended with exit status ${status}${said === '' ? '' : `: ${said}`}`,
    {
      hint: 'It is run by `sh -c` in a fresh checkout, where nothing is that git does not keep; install what it needs there, or name a program by its whole path.',
    },
  );
}

function recorded(end: ShellEnd): Pick<RunOfGate, 'end' | 'status' | 'signal'> {
  switch (end.kind) {
    case 'exited':
      return { end: 'exited', status: end.status };
    case 'signalled':
      return { end: 'signalled', signal: end.signal };
    default:
      return { end: 'timed-out' };
  }
}

/** What `git bisect run` takes for "cannot be tested". */
const skipStatus = 125;
/** What a shell says of a command that cannot be executed, or is not there. */
const brokenStatuses: readonly number[] = [126, 127];
/** A shell says 128 and the number when a signal ended a command; Linux has 64 of them. */
const signalBase = 128;
const signalMax = 64;

/** What one run says by itself. A command that broke, or came to no end, says nothing about what moved. */
export function answerOfRun(end: ShellEnd): GateAnswer {
  if (end.kind !== 'exited') return 'unsure';
  const { status } = end;
  if (status === 0) return 'good';
  const isBroken = status === skipStatus || brokenStatuses.includes(status) || signalOf(status) !== undefined;
  return isBroken ? 'unsure' : 'bad';
}

function signalOf(status: number): number | undefined {
  return status > signalBase && status <= signalBase + signalMax ? status - signalBase : undefined;
}

export function endWords(end: ShellEnd): string {
  switch (end.kind) {
    case 'signalled':
      return `ended by ${end.signal}`;
    case 'timed-out':
      return `did not end within ${durationText(end.afterMs)}`;
    default: {
      const signal = signalOf(end.status);
      return `exit status ${end.status}${signal === undefined ? '' : ` (signal ${signal})`}`;
    }
  }
}

/** Foreign text, on one line. */
export function lastLine(output: Buffer): string {
  const lines = output
    .subarray(-4 * limits.bisectSaidCharsMax)
    .toString('utf8')
    .trimEnd()
    .split('\n');
  return clip(visibleLine(lines.at(-1) ?? '').trim(), limits.bisectSaidCharsMax);
}
