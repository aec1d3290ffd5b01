import type { CommitId } from '../model/commit.ts';

/**
 * Clones with a work tree that last for one run of a person's command; their own work tree is never touched. The command may
 * ask git for what it likes, and finds files as git would check them out for that person; where only files are wanted, and no
 * program of a config may run over them, a `Checkout` is the cheaper and stricter one.
 */
export interface WorkClones {
  /**
   * A commit as a clone of its own that borrows the repository's objects, with some files changed over it. Nothing is
   * written into the repository, and no hook of it runs; Git LFS pointers stay pointers, submodules stay empty.
   * The caller disposes of it. @throws Failure `program-failed`, `path-refused`, `disk-full`
   */
  make(order: CloneOrder): Promise<WorkClone>;
}

export interface CloneOrder {
  /** Root of the repository's work tree. */
  readonly root: string;
  readonly commit: CommitId;
  /** New bytes of files that the commit holds, by their path from the root. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface WorkClone extends AsyncDisposable {
  /** Its root; absolute. */
  readonly folder: string;
}
