import { streamCommand, type CommandEnd } from '../../base/command.ts';
import { Failure, isFailure } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';
import { jsonOf, textAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import { isDigest, type Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import { formatPlatform, samePlatform } from '../../model/platform.ts';
import type { BuildRequest } from '../../ports/builder.ts';
import { engineAnswers, engineCommand, engineUnreachable, withEngine } from '../../ports/engine-command.ts';
import { BuildOutput } from './build-output.ts';
import { buildCommand, formatFrontend, frontendOf, type AnswerFiles } from './frontend.ts';
import { HangUp } from './hang-up.ts';
import { readWhole, type TemporaryFolder } from './temporary-folder.ts';

export interface BuildRun {
  readonly engine: Engine;
  readonly request: BuildRequest;
  readonly folder: TemporaryFolder;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly noCache: boolean;
}

/**
 * Builds into the engine's own store, without a name, and returns what the store calls the image.
 * @throws Failure `build-failed`, `engine-missing`, `engine-unreachable`, `interrupted`
 */
export async function runBuild(run: BuildRun): Promise<Digest> {
  const { engine, request, folder, signal, noCache } = run;
  const answers = { imageId: folder.fresh('image-id'), metadata: folder.fresh('metadata') };
  const { args, env } = buildCommand(engine, request, { answers, noCache });
  using hangUp = engine.kind === 'podman' ? new HangUp(signal, answers.imageId) : undefined;
  const command = engineCommand(engine, args, {
    timeoutMs: limits.engineBuildMs,
    signal: hangUp === undefined ? signal : hangUp.signal,
  });
  const output = new BuildOutput(run.onLine);
  const end = await ended(
    run,
    output,
    streamCommand({ ...command, env: { ...command.env, ...env } }, output),
  );
  output.end();
  throwIfInterrupted(signal);
  if (end.status !== 0) throw await failed(run, end, output);
  return await readImageId(engine, answers);
}

async function ended(
  { engine, request }: BuildRun,
  output: BuildOutput,
  build: Promise<CommandEnd>,
): Promise<CommandEnd> {
  try {
    return await withEngine(engine, build);
  } catch (error) {
    // That it takes hours says something about the Dockerfile and nothing about the engine.
    if (!isFailure(error, 'engine-unreachable') || !isFailure(error.cause, 'program-timeout')) throw error;
    const hours = limits.engineBuildMs / 3_600_000;
    throw new Failure(
      'build-failed',
      `the image was not built within ${hours} hours. The end of the output:\n${output.tail()}`,
      {
        hint: 'Look for a step that waits for something.',
        where: { file: request.dockerfile },
      },
    );
  }
}

async function failed({ engine, request }: BuildRun, end: CommandEnd, output: BuildOutput): Promise<Failure> {
  // The engines end with the same status whether a step has failed or they themselves have gone.
  if (!(await engineAnswers(engine))) return engineUnreachable(engine, { ...end, stderr: output.tail() });
  const how = end.signal === undefined ? `exit status ${end.status}` : `signal ${end.signal}`;
  const said = output.tail();
  return new Failure(
    'build-failed',
    `the image does not build: ${formatFrontend(engine)} ended with ${how}${said === '' ? '' : `. The end of its output:\n${said}`}`,
    { hint: hintFor(engine, request), where: { file: request.dockerfile } },
  );
}

function hintFor(engine: Engine, { dockerfile, context, target, platform }: BuildRequest): string {
  if (platform !== undefined && !samePlatform(platform, engine.platform)) {
    const [wanted, own] = [formatPlatform(platform), formatPlatform(engine.platform)];
    return `This engine runs ${own}: steps that run programs of ${wanted} need emulation (QEMU with binfmt_misc), or a machine of that kind.`;
  }
  const stage = target === undefined ? '' : ` --target ${target}`;
  return `Correct the Dockerfile; by hand it builds with \`${engine.program} build --file ${dockerfile}${stage} ${context}\`.`;
}

async function readImageId(engine: Engine, answers: AnswerFiles): Promise<Digest> {
  // Buildx puts the digest of the config into the file for the id; a containerd store knows the image by its manifest.
  const id =
    frontendOf(engine) === 'buildx'
      ? (textAt(jsonOf(await readAnswer(engine, answers.metadata)), 'containerimage.digest') ?? '')
      : (await readAnswer(engine, answers.imageId)).trim();
  if (isDigest(id)) return id;
  const called = JSON.stringify(id.slice(0, 200));
  throw new Failure('program-output', `${formatFrontend(engine)} has built an image and calls it ${called}`);
}

/** Empty where the engine wrote no such file. */
async function readAnswer(engine: Engine, path: string): Promise<string> {
  try {
    const bytes = await readWhole(path, limits.programOutputBytesMax, () => {
      const size = `more than ${limits.programOutputBytesMax} bytes`;
      throw new Failure('program-output', `${formatFrontend(engine)} says ${size} about an image`);
    });
    return bytes.toString('utf8');
  } catch (error) {
    if (isFailure(error, 'path-missing')) return '';
    throw error;
  }
}
