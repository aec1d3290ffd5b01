import type { Digest } from '../model/digest.ts';
import type { SourceState } from '../model/evidence.ts';
import type { SourceFile } from './runner.ts';

/** The files of a repo as git sees them: tracked, and untracked but not ignored; or all files of a plain folder. */
export interface Worktrees {
  /**
   * @param without absolute; these files and folders below `path`, with all that is in them, are none of its files: what we
   * write there ourselves must not go into what we make of the rest. Undefined: there is no such place
   * @throws Failure `path-missing`, `path-refused` (not a folder)
   */
  open(path: string, without?: readonly (string | undefined)[]): Promise<Worktree>;
  /** Digest of one regular file's bytes, ignored by git or not. @throws Failure `path-missing`, `path-refused` */
  digestOf(path: string): Promise<Digest>;
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
  /**
   * Copies all files away once, so that every trial of a gate gets the same ones, whatever is edited meanwhile.
   * The caller disposes of it. @throws Failure `disk-full`, `path-refused` when limits of size or count are exceeded
   */
  snapshot(): Promise<Snapshot>;
  /** Name and mail of who works here, by git's config; undefined when it does not say. */
  author(): Promise<string | undefined>;
}

export interface Snapshot extends AsyncDisposable {
  /** Of exactly the files that were copied. */
  readonly state: SourceState;
  files(): AsyncIterable<SourceFile>;
}
