/** Runs a command line of the person's own, by `sh -c`. */
export interface Shell {
  /**
   * Its standard input is empty, and it has no terminal. Whatever it ends with is an answer.
   * @throws Failure `interrupted`, `program-missing` (there is no shell), `path-missing` (no such folder)
   */
  run(order: ShellOrder): Promise<ShellRun>;
}

export interface ShellOrder {
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** All of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** What it writes, as it comes, both streams as one. */
  readonly onOutput: (chunk: Buffer) => void;
}

export interface ShellRun {
  readonly end: ShellEnd;
  /** The end of what it wrote, at most `limits.bisectLogBytesMax`; foreign bytes. */
  readonly output: Buffer;
}

export type ShellEnd =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out'; readonly afterMs: number };
