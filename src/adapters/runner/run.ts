import type { Clock } from '../../base/clock.ts';
import type { CommandSinks } from '../../base/command.ts';
import { Failure, isFailure } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import { limits } from '../../base/limits.ts';
import type { Engine } from '../../model/engine.ts';
import type { TrialEnd } from '../../model/trial.ts';
import { engineComplaint } from '../../ports/engine-command.ts';
import type { Collected, ContainerRun, ContainerSpec } from '../../ports/runner.ts';
import { collectFiles } from './collect.ts';
import { streamFiles } from './collect-stream.ts';
import type { Container } from './container.ts';
import { createArgs } from './create-args.ts';
import type { Dialect } from './dialect.ts';
import { endOf } from './end.ts';
import { EngineFolder } from './engine-folder.ts';
import type { Identity } from './identity.ts';
import type { ImageProbe } from './image-facts.ts';
import { CapturedStdout, LastBytes, OutputExcerpt } from './output.ts';
import { sourceArchive, type SourcePlan } from './source-archive.ts';
import { Watch } from './watch.ts';

export interface RunInput {
  readonly engine: Engine;
  readonly dialect: Dialect;
  readonly clock: Clock;
  readonly container: Container;
  readonly spec: ContainerSpec;
  readonly signal: AbortSignal | undefined;
  readonly probe: ImageProbe;
}

/** One container from its creation to its results; somebody else takes it away. */
export class Run {
  readonly #input: RunInput;
  readonly #output = new OutputExcerpt();
  readonly #complaint = new LastBytes(limits.programErrorCharsMax);
  readonly #stdout: CapturedStdout | undefined;
  readonly #sinks: CommandSinks = {
    stdout: (chunk) => {
      this.#take(chunk);
      this.#stdout?.add(chunk);
    },
    stderr: (chunk) => {
      this.#take(chunk);
      this.#complaint.add(chunk);
    },
  };
  #startedAt: Date;
  #durationMs = 0;

  constructor(input: RunInput) {
    this.#input = input;
    this.#startedAt = input.clock.now();
    const { results } = input.spec;
    this.#stdout = results.kind === 'stdout' ? new CapturedStdout(results.bytesMax) : undefined;
  }

  async toTheEnd(): Promise<ContainerRun> {
    try {
      const identity = await this.#prepare();
      if (identity.kind === 'unknown') return this.#unstarted({ kind: 'not-started', message: identity.why });
      return await this.#start();
    } catch (error) {
      throwIfInterrupted(this.#input.signal);
      // Everything else that can go wrong here goes wrong in the engine, except reading the source.
      if (!isFailure(error, 'engine-missing', 'engine-unreachable', 'engine-refused', 'program-failed'))
        throw error;
      return this.#ended({ kind: 'engine-error', message: error.message }, nothing);
    }
  }

  #take(chunk: Uint8Array): void {
    this.#output.add(chunk);
    this.#input.spec.onOutput?.(chunk);
  }

  /** Makes the container and copies in what it needs. */
  async #prepare(): ReturnType<ImageProbe['identity']> {
    const { engine, dialect, container, spec, signal } = this.#input;
    await using probe = this.#input.probe;
    const [created, asked] = await Promise.allSettled([
      container.create(createArgs(engine, dialect, container.name, spec)),
      probe.identity(spec.user),
    ]);
    if (created.status === 'rejected') throw created.reason;
    if (created.value.status !== 0) throw new Failure('engine-refused', engineComplaint(created.value));
    if (asked.status === 'rejected') throw asked.reason;
    throwIfInterrupted(signal);
    if (asked.value.kind === 'unknown') return asked.value;
    const archive = await sourceArchive(this.#plan(asked.value.identity, probe));
    if (archive === undefined) return asked.value;
    await using folder = await this.#folder();
    const copied = await container.copyIn(archive, { signal, temporary: folder?.path });
    if (copied.status !== 0) throw new Failure('engine-refused', engineComplaint(copied));
    return asked.value;
  }

  #plan(identity: Identity, probe: ImageProbe): SourcePlan {
    const { dialect, spec } = this.#input;
    return {
      source: spec.source,
      workdir: spec.workdir,
      identity,
      engineMakesWorkdir: dialect.makesWorkdir,
      pathFacts: (path) => probe.pathFacts(path),
    };
  }

  async #folder(): Promise<EngineFolder | undefined> {
    const { engine, dialect } = this.#input;
    return dialect.leavesFiles ? EngineFolder.create(engine.env['TMPDIR'] ?? '/tmp') : undefined;
  }

  async #start(): Promise<ContainerRun> {
    const { dialect, container, spec, clock, signal } = this.#input;
    await using folder = await this.#folder();
    const watch = new Watch(container, { limits: spec.limits, clock, signal });
    const attached = await this.#attach(watch, folder?.path);
    throwIfInterrupted(signal);
    if (dialect.keepsLog && attached !== undefined && this.#output.isEmpty)
      await container.readLog(this.#sinks);
    const [told, noted, collected] = await Promise.all([
      container.state(),
      folder?.saysOutOfMemory(),
      this.#collect(),
    ]);
    throwIfInterrupted(signal);
    const state =
      told === undefined ? undefined : { ...told, outOfMemory: told.outOfMemory || noted === true };
    const complaint = this.#complaint.bytes().toString('utf8');
    const { killedFor } = watch;
    const end = endOf({ attached, complaint, killedFor, state, limits: spec.limits }, dialect);
    return state?.started === false ? this.#unstarted(end) : this.#ended(end, collected);
  }

  /** Exit status of the attached program; undefined when we had to end it. */
  async #attach(watch: Watch, folder: string | undefined): Promise<number | undefined> {
    const { container, spec, clock } = this.#input;
    const timeoutMs = spec.limits.timeoutMs + attachGraceMs;
    const before = clock.monotonicMs();
    this.#startedAt = clock.now();
    try {
      const attached = container.startAttached(this.#sinks, { timeoutMs, stuck: watch.stuck, folder });
      return (await watch.during(attached)).status;
    } catch (error) {
      if (!watch.stuck.aborted) throw error;
      return undefined;
    } finally {
      this.#durationMs = clock.monotonicMs() - before;
    }
  }

  async #collect(): Promise<Collected> {
    const { dialect, container, spec, signal } = this.#input;
    const { results } = spec;
    if (results.kind === 'nothing') return nothing;
    if (results.kind === 'files') return collectFiles(container, dialect, results, signal);
    if (results.kind === 'stream') return streamFiles(container, results, signal);
    const bytes = this.#stdout?.get();
    if (bytes !== undefined) return { kind: 'files', files: [{ path: 'stdout', bytes }] };
    return {
      kind: 'refused',
      code: 'too-large',
      why: `standard output is larger than ${results.bytesMax} bytes`,
    };
  }

  #ended(end: TrialEnd, collected: Collected): ContainerRun {
    return {
      end,
      output: this.#output.get(),
      collected,
      startedAt: this.#startedAt.toISOString(),
      durationMs: this.#durationMs,
    };
  }

  /** What was written is the engine's complaint then, and it is in the end's message. */
  #unstarted(end: TrialEnd): ContainerRun {
    return { ...this.#ended(end, nothing), output: new OutputExcerpt().get() };
  }
}

// The attached program ends a moment after its container; killing it from outside is the watch's work.
const attachGraceMs = 4 * limits.engineStopMs;

const nothing: Collected = { kind: 'files', files: [] };
