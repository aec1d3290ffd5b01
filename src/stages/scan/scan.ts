import { collectBytes } from '../../base/stream.ts';
import { Failure, isFailure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Mention } from '../../model/mention.ts';
import type { CiJob, Dockerfile, ImageRecipe, NotRead, Survey } from '../../model/survey.ts';
import type { SourceFile } from '../../ports/runner.ts';
import type { Worktree } from '../../ports/worktree.ts';
import type { CiFile, PlacedRecipe } from './ci-yaml.ts';
import { isCircleci, readCircleci } from './finders/circleci.ts';
import { isDockerfile, readDockerfile } from './finders/dockerfile.ts';
import { isGithubWorkflow, readGithubWorkflow } from './finders/github-actions.ts';
import { isGitlabCi, readGitlabCi } from './finders/gitlab-ci.ts';
import { matchDockerfile } from './recipe.ts';
import { RepoText } from './repo-text.ts';
import { findToolchains, toolchainFiles } from './toolchains.ts';

/** Whose files are read for jobs, and how. */
const ciFinders: readonly {
  readonly reads: (path: string) => boolean;
  readonly read: (source: RepoText) => CiFile;
}[] = [
  { reads: isGithubWorkflow, read: readGithubWorkflow },
  { reads: isGitlabCi, read: readGitlabCi },
  { reads: isCircleci, read: readCircleci },
];

/** Folders of packages that others wrote. */
const foreign = /(?:^|\/)(?:node_modules|vendor|third_party|\.venv|venv|\.tox)\//;

/**
 * Looks at Dockerfiles, CI files and the marks of toolchains. Reads the work tree as git sees it; links are not followed.
 * A file that cannot be read is listed and never stops the others.
 * @throws Failure only what listing the files throws
 */
export async function scan(worktree: Pick<Worktree, 'files'>): Promise<Survey> {
  const found = new Findings();
  for await (const file of worktree.files()) await found.add(file);
  return found.survey();
}

class Findings {
  readonly #paths = new Set<string>();
  readonly #texts = new Map<string, string>();
  readonly #dockerfiles: Dockerfile[] = [];
  readonly #jobs: CiJob[] = [];
  readonly #recipes: PlacedRecipe[] = [];
  readonly #mentions: Mention[] = [];
  readonly #notRead: NotRead[] = [];

  async add(file: SourceFile): Promise<void> {
    this.#paths.add(file.path);
    if (foreign.test(file.path)) return;
    const finder = ciFinders.find(({ reads }) => reads(file.path));
    const isBuild = isDockerfile(file.path);
    const isMark = toolchainFiles.has(file.path);
    if (finder === undefined && !isBuild && !isMark) return;
    const text = await this.#read(file);
    if (text === undefined) return;
    if (isMark) this.#texts.set(file.path, text);
    const source = new RepoText(file.path, text);
    if (isBuild) this.#addDockerfile(readDockerfile(source));
    else if (finder !== undefined) this.#addCiFile(finder.read(source));
  }

  survey(): Survey {
    const dockerfiles = this.#dockerfiles.map(({ file }) => file);
    const recipes = this.#recipes.flatMap((written): readonly ImageRecipe[] => {
      const { file, line, names, args, target } = written;
      const place = matchDockerfile(written, dockerfiles);
      return place === undefined ? [] : [{ file, line, names, args, target, ...place }];
    });
    return {
      dockerfiles: this.#dockerfiles,
      jobs: this.#jobs,
      recipes,
      toolchains: findToolchains({
        has: (path) => this.#paths.has(path),
        text: (path) => this.#texts.get(path),
      }),
      mentions: this.#mentions,
      notRead: this.#notRead,
    };
  }

  #addDockerfile(dockerfile: Dockerfile): void {
    this.#dockerfiles.push(dockerfile);
    this.#mentions.push(...dockerfile.bases);
  }

  #addCiFile({ mentions, jobs, recipes, notRead }: CiFile): void {
    this.#mentions.push(...mentions);
    this.#jobs.push(...jobs);
    this.#recipes.push(...recipes);
    this.#notRead.push(...notRead);
  }

  async #read(file: SourceFile): Promise<string | undefined> {
    try {
      return await textOf(file);
    } catch (error) {
      if (!isFailure(error)) throw error;
      this.#notRead.push({ file: file.path, why: error.message });
      return undefined;
    }
  }
}

async function textOf(file: SourceFile): Promise<string> {
  if (file.kind === 'link') throw new Failure('path-refused', `it is a link to ${file.target}`);
  const bytes = await collectBytes(file.bytes(), limits.configBytesMax, () => {
    throw new Failure('path-refused', `it is larger than ${limits.configBytesMax} bytes`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Failure('path-refused', 'it is not UTF-8', { cause: error });
  }
}
