import type { SourceState } from '../model/evidence.ts';
import type { SourceFile } from './runner.ts';

/** The files of a repo as git sees them: tracked, and untracked but not ignored; or all files of a plain folder. */
export interface Worktrees {
  /** @throws Failure `path-missing`, `path-refused` (not a folder) */
  open(path: string): Promise<Worktree>;
}

export interface Worktree {
  /** Absolute path of the folder that was opened. */
  readonly path: string;
  /** Root of the git work tree around it; undefined outside of git. */
  readonly root: string | undefined;
  /** Commit, dirtiness, and the digest over all files. */
  state(): Promise<SourceState>;
  /** Files below the folder in byte order of their paths, which are relative to it. Links are data, submodules are left out. */
  files(): AsyncIterable<SourceFile>;
  /** Name and mail of who works here, by git's config; undefined when it does not say. */
  author(): Promise<string | undefined>;
}
