import type { BranchName } from '../model/branch-name.ts';

/** Other people's repositories, for as long as they are looked at. */
export interface Clones {
  /**
   * The newest commit of a branch, with its files, in a new folder; on request with all that came before. No hook and no
   * filter runs, no submodule is fetched, and nobody is asked for a password.
   * @throws Failure `remote-denied` (hidden, or there is none), `remote-unreachable` (down, or too slow), `path-refused`
   * (larger than the limit), `disk-full`, `program-missing`, `program-failed`, `interrupted`
   */
  make(order: CloneOrder, signal?: AbortSignal): Promise<Clone>;
}

export interface CloneOrder {
  readonly url: string;
  /** Undefined: the default one. */
  readonly branch: BranchName | undefined;
  /** With all commits below it. */
  readonly whole?: boolean;
}

/** The caller disposes of it. */
export interface Clone extends AsyncDisposable {
  /** Absolute. */
  readonly folder: string;
}
