import { askCommand } from '../../../base/command.ts';
import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import type { AnswerReader } from '../../../model/forge-answer.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import { readStartedByCommand, readStateOfCommand } from '../../../model/outer-run-answer.ts';
import type { OuterRun, StartedRun } from '../../../model/outer-loop.ts';
import type { Starter, StartOrder } from './starter.ts';
import { filled } from './texts.ts';

export interface CommandOptions {
  /** Folder of lockkeeper.yaml. */
  readonly directory: string;
  /** Variables of the person's shell; a program gets PATH, HOME and those that its loop names. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** Whatever a program starts. The same commit is told to it again when nobody knows how an earlier start ended: it sees to it that one run is enough. */
export class CommandedRuns implements Starter<'command'> {
  readonly #options: CommandOptions;

  constructor(options: CommandOptions) {
    this.#options = options;
  }

  async start(order: StartOrder<'command'>, known: readonly ForgeId[]): Promise<StartedRun> {
    const { id, url } = await this.#run(order, order.by.start, known.at(-1), readStartedByCommand);
    if (known.includes(id)) return { kind: 'unconfirmed', why: `it started no other run than ${id}` };
    return { kind: 'started', run: { id, url, state: 'running' } };
  }

  async look(order: StartOrder<'command'>, id: ForgeId): Promise<OuterRun> {
    const { state, url } = await this.#run(order, order.by.state, id, readStateOfCommand);
    return { id, state, url };
  }

  async #run<T>(
    { loop, by, target }: StartOrder<'command'>,
    [program, ...args]: readonly [string, ...string[]],
    run: ForgeId | undefined,
    read: AnswerReader<T>,
  ): Promise<T> {
    const { directory, environment, signal } = this.#options;
    const names = ['PATH', 'HOME', ...by.environment];
    const given = names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const stdout = await askCommand({
      program,
      args: args.map((word) => filled(word, target)),
      cwd: directory,
      env: {
        ...Object.fromEntries(given),
        LOCKKEEPER_BRANCH: target.branch,
        LOCKKEEPER_COMMIT: target.commit,
        ...(run === undefined ? {} : { LOCKKEEPER_RUN: run }),
      },
      timeoutMs: limits.outerLoopCommandMs,
      signal,
    });
    try {
      return read(JSON.parse(stdout));
    } catch {
      throw new Failure('program-output', `the command of the outer loop ${loop.name} wrote no such JSON`, {
        hint: 'It writes {"id": "…", "url": "…"} when it starts a run, and {"state": "running"} when it is asked.',
      });
    }
  }
}
