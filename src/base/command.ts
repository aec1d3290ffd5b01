import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Failure, systemErrorCode } from './failure.ts';
import { limits } from './limits.ts';
import { pumpInto } from './stream.ts';

/** An outside program: argv only, no shell, an environment built from nothing, a time limit. */
export interface CommandSpec {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment of the program; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Bytes for the program's standard input, which is closed at their end (at once without them). */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
}

export interface CommandEnd {
  /** Exit status; undefined when a signal ended the program. */
  readonly status: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

export interface CommandResult extends CommandEnd {
  readonly stdout: string;
  readonly stderr: string;
}

/** What receives the output of {@link streamCommand}; a returned promise holds the program back. */
export interface CommandSinks {
  readonly stdout: (chunk: Buffer) => void | Promise<void>;
  readonly stderr: (chunk: Buffer) => void | Promise<void>;
}

/** Runs a program and keeps its output, which is bounded. Any exit status is an answer, not an error. */
export async function runCommand(spec: CommandSpec, outputBytesMax: number = limits.programOutputBytesMax): Promise<CommandResult> {
  const stdout = new BoundedOutput(spec, outputBytesMax);
  const stderr = new BoundedOutput(spec, outputBytesMax);
  const end = await streamCommand(spec, { stdout: (chunk) => stdout.add(chunk), stderr: (chunk) => stderr.add(chunk) });
  return { ...end, stdout: stdout.text(), stderr: stderr.text() };
}

/** Like {@link runCommand}, but an exit status other than 0 is a `program-failed`. Returns standard output. */
export async function askCommand(spec: CommandSpec): Promise<string> {
  const result = await runCommand(spec);
  if (result.status === 0) return result.stdout;
  throw programFailed(spec, result);
}

/** Runs a program and hands its output on as it comes. Ends the program when a sink throws. */
export async function streamCommand(spec: CommandSpec, sinks: CommandSinks): Promise<CommandEnd> {
  spec.signal?.throwIfAborted();
  const child = spawn(spec.program, [...spec.args], {
    env: { ...spec.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
  });
  const ended = whenEnded(spec, child);
  const stop = stopper(child);
  const timer = setTimeout(() => stop(timedOut(spec)), spec.timeoutMs);
  const onAbort = (): void => stop(spec.signal?.reason);
  spec.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const results = await Promise.allSettled([
      ended,
      drain(child.stdout, sinks.stdout, stop),
      drain(child.stderr, sinks.stderr, stop),
      feed(child, spec.stdin, stop),
    ]);
    if (stop.reason !== undefined) throw stop.reason;
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return await ended;
  } finally {
    clearTimeout(timer);
    spec.signal?.removeEventListener('abort', onAbort);
  }
}

/** A `program-failed` with the end of what the program said. */
export function programFailed(spec: CommandSpec, result: CommandResult): Failure {
  const said = (result.stderr.trim() || result.stdout.trim()).slice(-limits.programErrorCharsMax);
  const how = result.signal === undefined ? `exit status ${result.status}` : `signal ${result.signal}`;
  return new Failure('program-failed', `${describe(spec)} ended with ${how}${said === '' ? '' : `: ${said}`}`);
}

interface Stopper {
  (reason: unknown): void;
  /** Why we ended the program; undefined when it ended by itself. */
  reason: unknown;
}

function stopper(child: ChildProcessWithoutNullStreams): Stopper {
  const stop: Stopper = Object.assign(
    (reason: unknown): void => {
      if (stop.reason !== undefined) return;
      stop.reason = reason ?? new Failure('interrupted', 'interrupted');
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), limits.engineStopMs).unref();
      child.stdin.destroy();
    },
    { reason: undefined },
  );
  return stop;
}

function whenEnded(spec: CommandSpec, child: ChildProcessWithoutNullStreams): Promise<CommandEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(cannotStart(spec, error)));
    child.once('close', (status, signal) => resolve({ status: status ?? undefined, signal: signal ?? undefined }));
  });
}

async function drain(source: AsyncIterable<Buffer>, sink: CommandSinks['stdout'], stop: Stopper): Promise<void> {
  try {
    for await (const chunk of source) await sink(chunk);
  } catch (error) {
    // A stream that breaks because we ended the program is no news.
    stop(error);
  }
}

async function feed(child: ChildProcessWithoutNullStreams, stdin: CommandSpec['stdin'], stop: Stopper): Promise<void> {
  // The program may stop reading before the end; its exit status tells why, EPIPE does not.
  child.stdin.on('error', () => undefined);
  if (stdin === undefined) {
    child.stdin.end();
    return;
  }
  try {
    await pumpInto(stdin, child.stdin);
  } catch (error) {
    if (systemErrorCode(error) !== 'EPIPE' && !child.stdin.destroyed) stop(error);
  }
}

function cannotStart(spec: CommandSpec, error: Error): Failure {
  if (systemErrorCode(error) === 'ENOENT') {
    return new Failure('program-missing', `${spec.program} is not installed`, { cause: error });
  }
  return new Failure('program-failed', `${describe(spec)} cannot be started: ${error.message}`, { cause: error });
}

function timedOut(spec: CommandSpec): Failure {
  return new Failure('program-timeout', `${describe(spec)} did not end within ${spec.timeoutMs / 1000} s`);
}

function describe(spec: CommandSpec): string {
  return [spec.program, ...spec.args].join(' ').slice(0, 200);
}

class BoundedOutput {
  readonly #spec: CommandSpec;
  readonly #bytesMax: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(spec: CommandSpec, bytesMax: number) {
    this.#spec = spec;
    this.#bytesMax = bytesMax;
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#bytesMax) {
      throw new Failure('program-output', `${describe(this.#spec)} wrote more than ${this.#bytesMax} bytes`);
    }
    this.#chunks.push(chunk);
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
