/**
 * Files of a commit on disk, beside the work tree of a person, to be copied into trials. There is no repository around them
 * and no filter has run, since whoever wrote the commit may be a stranger; a command of a person gets a `WorkClone` instead,
 * in which git answers.
 */
export interface Checkouts {
  /**
   * All files of a commit in a new folder, with the bytes that the commit has; no hook and no filter of the repository runs,
   * and no attribute or setting changes line ends, `$Id$` or the encoding.
   * @param root of the repository; absolute
   * @throws Failure `path-refused` (no such commit), `disk-full`, `program-*`
   */
  make(root: string, commit: string): Promise<Checkout>;
}

/** The caller disposes of it. */
export interface Checkout extends AsyncDisposable {
  /** Absolute. */
  readonly folder: string;
}
