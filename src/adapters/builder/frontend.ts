import type { Engine } from '../../model/engine.ts';
import { formatPlatform } from '../../model/platform.ts';
import type { BuildRequest } from '../../ports/builder.ts';

/** The program that reads the Dockerfile. */
export type Frontend = 'classic' | 'builtin' | 'buildx' | 'podman';

/** Files that the engine leaves beside the image to say which one it is. */
export interface AnswerFiles {
  readonly imageId: string;
  readonly metadata: string;
}

interface FrontendFacts {
  /** What stands behind the engine's version, for people. */
  readonly name: string | undefined;
  readonly args: (answers: AnswerFiles, engine: Engine) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const frontends: Readonly<Record<Frontend, FrontendFacts>> = {
  classic: {
    name: 'classic builder',
    // It leaves the container of a step that fails, unless it is told otherwise.
    args: () => ['build', '--force-rm'],
    env: { DOCKER_BUILDKIT: '0' },
  },
  builtin: {
    name: 'BuildKit',
    args: () => ['build', '--progress', 'plain'],
    env: { DOCKER_BUILDKIT: '1' },
  },
  buildx: {
    name: 'BuildKit',
    args: ({ metadata }) => ['buildx', 'build', '--progress', 'plain', '--metadata-file', metadata],
    // Attestations of its own would turn one image into an index that nobody can compare. And it would run git in the
    // context, which follows whatever the configuration of a stranger's repository says.
    env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1', BUILDX_GIT_INFO: 'false' },
  },
  podman: {
    name: undefined,
    // The format that its store and its archives share: the image leaves it with the config that it was built with.
    args: (_, { createArgs }) => ['build', '--format', 'oci', ...createArgs],
    env: {},
  },
};

export function frontendOf({ kind, buildkit }: Engine): Frontend {
  if (kind === 'podman') return 'podman';
  return buildkit === 'none' ? 'classic' : buildkit;
}

/** `docker 20.10.24 (BuildKit)`. */
export function formatFrontend(engine: Engine): string {
  const { name } = frontends[frontendOf(engine)];
  return `${engine.kind} ${engine.version}${name === undefined ? '' : ` (${name})`}`;
}

export interface BuildCommandOptions {
  readonly answers: AnswerFiles;
  /** Every step anew. */
  readonly noCache: boolean;
}

/** What stands behind the engine's program, and what is added to its environment. */
export function buildCommand(
  engine: Engine,
  request: BuildRequest,
  { answers, noCache }: BuildCommandOptions,
): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const { dockerfile, context, target, platform } = request;
  const { args, env } = frontends[frontendOf(engine)];
  return {
    args: [
      ...args(answers, engine),
      ...(noCache ? ['--no-cache'] : []),
      ...['--iidfile', answers.imageId],
      ...['--file', dockerfile],
      ...Object.entries(request.args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
      ...Object.entries(request.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
      ...(target === undefined ? [] : ['--target', target]),
      ...(platform === undefined ? [] : ['--platform', formatPlatform(platform)]),
      ...['--', context],
    ],
    env,
  };
}
