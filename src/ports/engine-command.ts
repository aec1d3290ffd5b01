import { runCommand, type CommandEnd, type CommandResult, type CommandSpec } from '../base/command.ts';
import { Failure, isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { visible } from '../base/text.ts';
import type { Engine } from '../model/engine.ts';

export type EngineCommandOptions = Partial<Pick<CommandSpec, 'timeoutMs' | 'signal' | 'stdin' | 'stopMs'>>;

/** A sub-command of the engine's program, with what it takes to make it work here. */
export function engineCommand(
  engine: Engine,
  args: readonly string[],
  { timeoutMs = limits.engineQuestionMs, ...more }: EngineCommandOptions = {},
): CommandSpec {
  return {
    program: engine.program,
    args: [...engine.globalArgs, ...args],
    env: engine.env,
    timeoutMs,
    ...more,
  };
}

/**
 * Runs a sub-command. Any exit status is an answer, since the engines use the same ones for everything.
 * @throws Failure `engine-missing` when the program has gone, `engine-unreachable` when it does not end in time
 */
export async function askEngine(
  engine: Engine,
  args: readonly string[],
  options: EngineCommandOptions = {},
): Promise<CommandResult> {
  return withEngine(engine, runCommand(engineCommand(engine, args, options)));
}

/** Translates what can go wrong with an engine's program into what is wrong with the engine. */
export async function withEngine<T>(engine: Engine, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (isFailure(error, 'program-missing')) {
      throw new Failure('engine-missing', `${engine.program} has gone`, { cause: error });
    }
    if (isFailure(error, 'program-timeout')) {
      throw new Failure('engine-unreachable', `${engine.kind} does not answer: ${error.message}`, {
        hint: `Look whether ${engine.kind} is overloaded or hangs, and run the same command again.`,
        cause: error,
      });
    }
    throw error;
  }
}

/** Whether the engine still answers: tells "it refuses this" from "it has gone" where the exit status does not. */
export async function engineAnswers(engine: Engine): Promise<boolean> {
  try {
    return (await askEngine(engine, ['version'])).status === 0;
  } catch (error) {
    if (isFailure(error, 'engine-missing', 'engine-unreachable')) return false;
    throw error;
  }
}

export function engineUnreachable(engine: Engine, result: CommandEnd & { readonly stderr: string }): Failure {
  return new Failure(
    'engine-unreachable',
    `${engine.kind} does not answer any more: ${engineComplaint(result)}`,
    {
      hint: `Look whether ${engine.kind} is still running, and run the same command again.`,
    },
  );
}

/** The end of what the engine complained, fit to be shown. */
export function engineComplaint(result: CommandEnd & { readonly stderr: string }): string {
  const said = visible(result.stderr.trim()).slice(-limits.programErrorCharsMax);
  return said === '' ? `exit status ${result.status ?? result.signal}` : said;
}
