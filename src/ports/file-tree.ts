/** Opens a folder for reading whole files, many of them, quickly. */
export interface Trees {
  /**
   * The files as git sees them (tracked, or neither tracked nor ignored; no submodules), or all files of a plain folder.
   * @throws Failure `path-missing`, `path-refused`
   */
  open(path: string): Promise<Tree>;
  /**
   * The files of a commit, without a checkout. Below `path`, as the work tree's would be.
   * @throws Failure `path-missing`, `path-refused` (no repository, or no such commit)
   */
  openCommit(path: string, revision: string): Promise<Tree>;
}

export interface Tree {
  /** Absolute path of the folder. */
  readonly path: string;
  /** Root of the git work tree around it; undefined outside of git. */
  readonly root: string | undefined;
  /**
   * Names of all files and links, relative to the folder, with `/`, in byte order; with `/` at the end a folder that the
   * operating system does not let us look into.
   */
  list(): Promise<readonly string[]>;
  /**
   * Hands over each of these files in turn; what is no file any more is left out. Links are not followed.
   * A file that cannot be read is an answer, and never stops the others.
   */
  read(names: readonly string[], options: TreeReading): Promise<void>;
}

export interface TreeReading {
  /** Larger files are refused. */
  readonly bytesMax: number;
  /** The bytes are the receiver's only until it returns. */
  readonly receive: (file: TreeFile) => void;
}

export type TreeFile =
  | { readonly kind: 'bytes'; readonly path: string; readonly bytes: Buffer }
  /** `why` ends the sentence "not read: …". */
  | { readonly kind: 'refused'; readonly path: string; readonly why: string };
