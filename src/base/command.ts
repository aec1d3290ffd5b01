import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Failure, systemErrorCode } from './failure.ts';
import { interruption, throwIfInterrupted } from './interruption.ts';
import { limits } from './limits.ts';
import { pumpInto } from './stream.ts';
import { visible } from './text.ts';

/** An outside program: argv only, no shell, an environment built from nothing, a time limit, no terminal. */
export interface CommandSpec {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment of the program; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** How long it may take to end after SIGTERM before it is killed. */
  readonly stopMs?: number;
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

/** What a reader made of a program's standard output, how the program ended, and the end of what it complained. */
export interface CommandReading<T> extends CommandEnd {
  readonly value: T;
  readonly stderr: string;
}

/** Runs a program and keeps its output, which is bounded. Any exit status is an answer, not an error. */
export async function runCommand(
  spec: CommandSpec,
  outputBytesMax: number = limits.programOutputBytesMax,
): Promise<CommandResult> {
  const stdout = new BoundedOutput(spec, outputBytesMax);
  const stderr = new BoundedOutput(spec, outputBytesMax);
  const end = await streamCommand(spec, {
    stdout: (chunk) => stdout.add(chunk),
    stderr: (chunk) => stderr.add(chunk),
  });
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
  const program = new RunningProgram(spec);
  return program.settle([
    program.drain(program.child.stdout, sinks.stdout),
    program.drain(program.child.stderr, sinks.stderr),
  ]);
}

/**
 * Runs a program whose standard output is a long document. When `read` throws, the program is ended and the error
 * goes on to the caller. What `read` leaves over is thrown away (`drain`), or the program is ended because nobody wants
 * it (`end`; its status then says nothing). Look at the status before believing the value.
 */
export async function readCommand<T>(
  spec: CommandSpec,
  read: (stdout: AsyncIterable<Uint8Array>) => Promise<T>,
  rest: 'drain' | 'end' = 'drain',
): Promise<CommandReading<T>> {
  const program = new RunningProgram(spec);
  const stderr = new LastWords();
  let value: { readonly read: T } | undefined;
  const reading = async (): Promise<void> => {
    const chunks: AsyncIterator<Uint8Array> = program.child.stdout[Symbol.asyncIterator]();
    // Without `return`, a reader that stops early leaves the pipe open, so that the rest can be thrown away.
    value = { read: await read({ [Symbol.asyncIterator]: () => ({ next: () => chunks.next() }) }) };
    if (rest === 'end') program.end();
    else for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) continue;
  };
  const end = await program.settle([
    program.stopOnError(reading()),
    program.drain(program.child.stderr, (chunk) => stderr.add(chunk)),
  ]);
  if (value === undefined) throw new Failure('program-failed', `${describe(spec)} gave no output to read`);
  return { ...end, value: value.read, stderr: stderr.text() };
}

/** A `program-failed` with the end of what the program said. */
export function programFailed(
  spec: CommandSpec,
  result: CommandEnd & { readonly stdout?: string; readonly stderr: string },
): Failure {
  const said = visible(
    (result.stderr.trim() || (result.stdout ?? '').trim()).slice(-limits.programErrorCharsMax),
  );
  const how = result.signal === undefined ? `exit status ${result.status}` : `signal ${result.signal}`;
  return new Failure(
    'program-failed',
    `${describe(spec)} ended with ${how}${said === '' ? '' : `: ${said}`}`,
  );
}

/** One start of a program, until it and everything that reads from it or feeds it has come to an end. */
class RunningProgram {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #spec: CommandSpec;
  readonly #ended: Promise<CommandEnd>;
  #closed = false;
  #stopped: { readonly reason: unknown; readonly isTrouble: boolean } | undefined;
  #kill: NodeJS.Timeout | undefined;

  constructor(spec: CommandSpec) {
    throwIfInterrupted(spec.signal);
    this.#spec = spec;
    this.child = spawn(spec.program, [...spec.args], {
      env: { ...spec.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A session of its own: Ctrl-C reaches us alone and we decide what ends in which order; no program can ask
      // for a password on the terminal; and children of the program can be ended with it.
      detached: true,
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    });
    this.#ended = new Promise((resolve, reject) => {
      this.child.once('error', (error) => reject(cannotStart(spec, error)));
      this.child.once('close', (status, signal) => {
        this.#closed = true;
        resolve({ status: status ?? undefined, signal: signal ?? undefined });
      });
    });
  }

  async settle(readers: readonly Promise<void>[]): Promise<CommandEnd> {
    const { signal, timeoutMs } = this.#spec;
    const timer = setTimeout(() => this.stop(timedOut(this.#spec)), timeoutMs);
    const onAbort = (): void => {
      if (signal !== undefined) this.stop(interruption(signal));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const [ended, ...others] = await Promise.allSettled([this.#ended, ...readers, this.#feed()]);
      if (this.#stopped?.isTrouble === true) throw this.#stopped.reason;
      if (ended.status === 'rejected') throw ended.reason;
      for (const other of others) if (other.status === 'rejected') throw other.reason;
      return ended.value;
    } finally {
      clearTimeout(timer);
      clearTimeout(this.#kill);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends the program; the first reason is the one that the caller sees. */
  stop(reason: unknown): void {
    this.#stop({ reason, isTrouble: true });
  }

  /** Ends the program because it has said enough. */
  end(): void {
    this.#stop({ reason: undefined, isTrouble: false });
  }

  #stop(stopped: { readonly reason: unknown; readonly isTrouble: boolean }): void {
    if (this.#stopped !== undefined || this.#closed) return;
    this.#stopped = stopped;
    this.#signal('SIGTERM');
    this.#kill = setTimeout(() => this.#signal('SIGKILL'), this.#spec.stopMs ?? limits.engineStopMs);
    // Nobody reads any more, and something that left the program's group may hold the pipes open for ever.
    this.child.stdin.destroy();
    this.child.stdout.destroy();
    this.child.stderr.destroy();
  }

  async drain(source: AsyncIterable<Buffer>, sink: CommandSinks['stdout']): Promise<void> {
    await this.stopOnError(
      (async () => {
        for await (const chunk of source) await sink(chunk);
      })(),
    );
  }

  /** A reader that breaks because we ended the program is no news. */
  async stopOnError(reader: Promise<void>): Promise<void> {
    try {
      await reader;
    } catch (error) {
      if (this.#closed && this.#stopped === undefined) throw error;
      this.stop(error);
    }
  }

  async #feed(): Promise<void> {
    const { stdin } = this.child;
    const source = this.#spec.stdin;
    if (source === undefined) {
      stdin.on('error', () => undefined);
      stdin.end();
      return;
    }
    // The program may end without reading everything, and then nobody waits for a source that is slow to notice.
    const gone = this.#ended.then(noop, noop);
    await this.stopOnError(Promise.race([pumpInto(source, stdin).then(noop), gone]));
  }

  #signal(name: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, name);
    } catch (error) {
      // ESRCH: it has just ended by itself. EPERM: it changed its user; then only its own handle may work.
      if (systemErrorCode(error) !== 'ESRCH') this.child.kill(name);
    }
  }
}

const noop = (): void => undefined;

function cannotStart(spec: CommandSpec, error: Error): Failure {
  if (systemErrorCode(error) === 'ENOENT') {
    // The system says the same of a working directory that is not there.
    return spec.cwd !== undefined && !existsSync(spec.cwd)
      ? new Failure('path-missing', `${spec.cwd} does not exist`, { cause: error })
      : new Failure('program-missing', `${spec.program} is not installed, or is not on PATH`, {
          cause: error,
        });
  }
  return new Failure('program-failed', `${describe(spec)} cannot be started: ${error.message}`, {
    cause: error,
  });
}

function timedOut(spec: CommandSpec): Failure {
  return new Failure('program-timeout', `${describe(spec)} did not end within ${spec.timeoutMs / 1000} s`);
}

function describe(spec: CommandSpec): string {
  return visible([spec.program, ...spec.args].join(' ')).slice(0, 200);
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

/** The end of what a program complained, however much it was. */
class LastWords {
  #kept = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, chunk]).subarray(-4 * limits.programErrorCharsMax);
  }

  text(): string {
    return this.#kept.toString('utf8');
  }
}
