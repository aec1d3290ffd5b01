import { createReadStream } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { compareFileNames } from '../../base/file-name.ts';
import type { GitEnvironment } from '../../base/git-command.ts';
import { DigestBuilder, type Digest } from '../../model/digest.ts';
import type { SourceState } from '../../model/evidence.ts';
import type { SourceFile } from '../../ports/runner.ts';
import type { Snapshot, Worktree, Worktrees } from '../../ports/worktree.ts';
import { listDiskFiles, readFiles } from './disk-files.ts';
import { findGitFolder, gitAuthor, headCommit, isDirty, listGitFiles, type GitFolder } from './git-files.ts';
import { digestOfFiles, Spool } from './spool.ts';

export interface WorktreeOptions {
  readonly env: GitEnvironment;
  /** Folder for snapshots. */
  readonly temporary: string;
}

/** Folders of this machine, seen through git where they lie in a work tree. */
export function diskWorktrees(options: WorktreeOptions): Worktrees {
  return {
    async open(named, without = []) {
      const folder = await realpath(named).catch((error: unknown) => {
        throw translateSystemError(error, named);
      });
      if (!(await stat(folder)).isDirectory()) throw new Failure('path-refused', `${named} is not a folder`);
      const git = await findGitFolder(folder, options.env);
      const left = await Promise.all(without.map((place) => nameBelow(folder, place)));
      return new DiskWorktree(folder, git, {
        ...options,
        without: left.filter((name) => name !== undefined),
      });
    },
    digestOf,
  };
}

/** Relative to the folder; undefined where it is not there, or no part of the folder. */
async function nameBelow(folder: string, place: string | undefined): Promise<string | undefined> {
  if (place === undefined) return undefined;
  const found = await realpath(place).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw translateSystemError(error, place);
  });
  return found?.startsWith(`${folder}/`) === true ? found.slice(folder.length + 1) : undefined;
}

interface OpenedOptions extends WorktreeOptions {
  /** Names below the folder that are left out, with all that is in them. */
  readonly without: readonly string[];
}

class DiskWorktree implements Worktree {
  readonly path: string;
  readonly #git: GitFolder | undefined;
  readonly #options: OpenedOptions;

  constructor(folder: string, git: GitFolder | undefined, options: OpenedOptions) {
    this.path = folder;
    this.#git = git;
    this.#options = options;
  }

  get root(): string | undefined {
    return this.#git?.root;
  }

  async state(): Promise<SourceState> {
    return this.#stateWith(await digestOfFiles(this.files()));
  }

  async *files(): AsyncGenerator<SourceFile> {
    const names = await (this.#git === undefined
      ? listDiskFiles(this.path, 'thrown')
      : listGitFiles(this.#git));
    const { without } = this.#options;
    const ours = names.filter(
      (name) => !without.some((left) => name === left || name.startsWith(`${left}/`)),
    );
    yield* readFiles(this.path, ours.toSorted(compareFileNames));
  }

  async snapshot(): Promise<Snapshot> {
    const spool = await Spool.fill(this.files(), this.#options.temporary);
    return {
      state: await this.#stateWith(spool.tree),
      files: () => spool.files(),
      [Symbol.asyncDispose]: () => spool[Symbol.asyncDispose](),
    };
  }

  author(): Promise<string | undefined> {
    return gitAuthor(this.path, this.#options.env);
  }

  async #stateWith(tree: Digest): Promise<SourceState> {
    if (this.#git === undefined) return { commit: undefined, tree, dirty: false };
    return {
      commit: await headCommit(this.#git),
      tree,
      dirty: await isDirty(this.#git, this.#options.without),
    };
  }
}

async function digestOf(file: string): Promise<Digest> {
  const builder = new DigestBuilder();
  try {
    if (!(await lstat(file)).isFile()) throw new Failure('path-refused', `${file} is not a regular file`);
    for await (const chunk of createReadStream(file)) if (chunk instanceof Uint8Array) builder.update(chunk);
  } catch (error) {
    throw translateSystemError(error, file);
  }
  return builder.digest();
}
