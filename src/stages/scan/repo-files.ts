/** What the finders of toolchains may know: which files there are, and the texts of some at the top of the repository. */
export interface RepoFiles {
  readonly has: (path: string) => boolean;
  /** Text of a file at the top; undefined when it is not there or was not read. */
  readonly text: (path: string) => string | undefined;
}
