/**
 * A changed package or file whose name stands in what a failing test says. It is a hint where to look first and proves
 * nothing; no verdict depends on it.
 */
export interface Lead {
  /** `deb libssl3`, or the path of a file with a slash before it. Foreign text. */
  readonly what: string;
  /** What happened to it: `3.0.11 → 3.2.1`, `removed`. Foreign text. */
  readonly change: string;
  /** A clause: what of it stands where. Foreign text is in it. */
  readonly because: string;
}
