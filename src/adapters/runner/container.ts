import {
  readCommand,
  runCommand,
  streamCommand,
  type CommandEnd,
  type CommandResult,
  type CommandSinks,
} from '../../base/command.ts';
import { Failure } from '../../base/failure.ts';
import { flagAt, jsonOf, listAt, numberAt, textAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import { readTar, type TarEntry } from '../../base/tar-read.ts';
import type { Engine } from '../../model/engine.ts';
import { askEngine, engineCommand, engineComplaint, withEngine } from '../../ports/engine-command.ts';
import type { Dialect } from './dialect.ts';

/** What the engine says of a container. */
export interface ContainerState {
  /** Its command was once running. */
  readonly started: boolean;
  readonly running: boolean;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  /** What kept it from starting, where the engine says so. */
  readonly error: string;
  /** Bytes that it wrote to its own file system; undefined: not known. */
  readonly writtenBytes: number | undefined;
}

/** One container by its name; each method is one call of the engine's program. */
export class Container {
  readonly name: string;
  readonly #engine: Engine;
  readonly #dialect: Dialect;

  constructor(engine: Engine, dialect: Dialect, name: string) {
    this.#engine = engine;
    this.#dialect = dialect;
    this.name = name;
  }

  /** Is not interrupted: half a creation would leave a container that nobody removes. */
  create(args: readonly string[]): Promise<CommandResult> {
    return askEngine(this.#engine, args);
  }

  /** Unpacks an archive at the root of the container's file system. */
  copyIn(archive: AsyncIterable<Uint8Array>, { signal, temporary }: CopyInOptions): Promise<CommandResult> {
    const args = ['cp', ...this.#dialect.copyInArgs, '-', `${this.name}:/`];
    const options = { timeoutMs: limits.engineTransferMs, stdin: archive, signal };
    const spec = engineCommand(this.#engine, args, options);
    const env = temporary === undefined ? spec.env : { ...spec.env, TMPDIR: temporary };
    return withEngine(this.#engine, runCommand({ ...spec, env }));
  }

  /**
   * Starts the command and hands on what it writes until it ends. To end it early it has to be killed: a signal to the
   * attached program would be handed on to it, and ignored as it likes.
   */
  startAttached(sinks: CommandSinks, { timeoutMs, stuck, folder }: StartOptions): Promise<CommandEnd> {
    const options = { timeoutMs, signal: stuck, stopMs: limits.attachedStopMs };
    const spec = engineCommand(this.#engine, ['start', '--attach', this.name], options);
    return withEngine(
      this.#engine,
      streamCommand({ ...spec, ...(folder === undefined ? {} : { cwd: folder }) }, sinks),
    );
  }

  /** What it has written, as the engine has noted it. */
  readLog(sinks: CommandSinks): Promise<CommandEnd> {
    const spec = engineCommand(this.#engine, ['logs', this.name], { timeoutMs: limits.engineQuestionMs });
    return withEngine(this.#engine, streamCommand(spec, sinks));
  }

  /** Ends it at once. That it had already ended by itself is no trouble: its state tells. */
  kill(): Promise<CommandResult> {
    return askEngine(this.#engine, ['kill', this.name]);
  }

  /** Undefined: the engine does not know it, or cannot be asked. */
  async state(): Promise<ContainerState | undefined> {
    const result = await askEngine(this.#engine, ['container', 'inspect', '--size', this.name]);
    const answer = listAt(jsonOf(result.stdout))[0];
    const exitCode = numberAt(answer, 'State', 'ExitCode');
    if (result.status !== 0 || exitCode === undefined) return undefined;
    const startedAt = textAt(answer, 'State', 'StartedAt') ?? '';
    return {
      // Both engines write the year 1 for "never".
      started: startedAt !== '' && !startedAt.startsWith('0001-'),
      running: flagAt(answer, 'State', 'Running') === true,
      exitCode,
      outOfMemory: flagAt(answer, 'State', 'OOMKilled') === true,
      error: textAt(answer, 'State', 'Error') ?? '',
      writtenBytes: await this.#withVolumes(numberAt(answer, 'SizeRw'), listAt(answer, 'Mounts')),
    };
  }

  /** What lies in volumes that the image declares is no part of the container's own file system for docker. */
  async #withVolumes(bytes: number | undefined, mounts: readonly unknown[]): Promise<number | undefined> {
    const names = mounts.flatMap((mount) =>
      textAt(mount, 'Type') === 'volume' ? [textAt(mount, 'Name')] : [],
    );
    if (names.length === 0 || this.#engine.kind !== 'docker') return bytes;
    const result = await askEngine(this.#engine, [
      'system',
      'df',
      '--verbose',
      '--format',
      '{{json .Volumes}}',
    ]);
    const ours = listAt(jsonOf(result.stdout)).filter((volume) => names.includes(textAt(volume, 'Name')));
    return ours.reduce<number>((sum, volume) => sum + parseSize(textAt(volume, 'Size') ?? ''), bytes ?? 0);
  }

  /**
   * Reads a file or folder as an archive; the value is undefined when there is no such path. What `read` throws ends
   * the program and comes out.
   * @throws Failure `engine-refused` when the archive breaks off
   */
  async copyOut<T>(path: string, read: EntryReader<T>, options: CopyOutOptions = {}): Promise<T | undefined> {
    const follow = options.follow === true ? this.#dialect.followArgs : [];
    const spec = engineCommand(this.#engine, ['cp', ...follow, `${this.name}:${path}`, '-'], {
      timeoutMs: limits.engineTransferMs,
      signal: options.signal,
    });
    const readAll = (stdout: AsyncIterable<Uint8Array>): Promise<Found<T> | undefined> =>
      unlessEmpty(stdout, read);
    const reading = await withEngine(this.#engine, readCommand(spec, readAll, options.rest ?? 'drain'));
    // After our own end of it the status says nothing; an archive that broke off did not get here.
    if (reading.status !== 0 && reading.value !== undefined && options.rest !== 'end') {
      throw brokenArchive(engineComplaint(reading));
    }
    return reading.value?.result;
  }

  /** With its volumes, running or not. Is not interrupted either. */
  remove(): Promise<CommandResult> {
    return askEngine(this.#engine, ['rm', '--force', '--volumes', this.name]);
  }
}

export interface CopyInOptions {
  readonly signal: AbortSignal | undefined;
  /** Where the program may leave temporary files; undefined: where it always does. */
  readonly temporary: string | undefined;
}

export interface StartOptions {
  readonly timeoutMs: number;
  /** Ends the attached program; for when the container does not come to its end. */
  readonly stuck: AbortSignal;
  /** The program is started in it. */
  readonly folder: string | undefined;
}

export type EntryReader<T> = (entries: AsyncGenerator<TarEntry>) => Promise<T>;

export interface CopyOutOptions {
  /** Where the path itself is a link, read what it points to (in the container). */
  readonly follow?: boolean;
  /** `end`: nobody wants what the reader leaves over. */
  readonly rest?: 'drain' | 'end';
  readonly signal?: AbortSignal | undefined;
}

interface Found<T> {
  readonly result: T;
}

/** The engines write nothing at all when there is no such path. */
async function unlessEmpty<T>(
  stdout: AsyncIterable<Uint8Array>,
  read: EntryReader<T>,
): Promise<Found<T> | undefined> {
  const chunks = stdout[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return undefined;
  const all = async function* (): AsyncGenerator<Uint8Array> {
    for (let next: IteratorResult<Uint8Array> = first; next.done !== true; next = await chunks.next())
      yield next.value;
  };
  return { result: await read(readTar(all(), brokenArchive)) };
}

const units: readonly string[] = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Docker writes sizes for people, with three or four digits: `20.5MB`. */
function parseSize(text: string): number {
  const [, number = '0', unit = 'B'] = /^([0-9.]+)([kMGTP]?B)$/.exec(text) ?? [];
  return Number(number) * 1000 ** units.indexOf(unit);
}

function brokenArchive(why: string): Failure {
  return new Failure('engine-refused', `the engine copies no sound archive out of a container: ${why}`);
}
