/**
 * Runs a gate where no credential can be reached: in a process of its own, with an environment that holds none. All that
 * comes back is what lies in the bundle, and that is read as a stranger's.
 */
export interface GateProcess {
  /**
   * Judges a bundle, and leaves evidence and verdict in it. Whatever the verdict is, that is an answer.
   * @throws Failure as the gate itself does, and `program-*`
   */
  judge(order: GateProcessOrder): Promise<void>;
}

export interface GateProcessOrder {
  /** Folder of the bundle; absolute. */
  readonly bundle: string;
  /** The lockkeeper.yaml to judge by; absolute. Its folder holds the sources of the suites. */
  readonly config: string;
  /** Absolute; undefined: none. */
  readonly ledger: string | undefined;
  /** Undefined: the lockkeeper.yaml is the person's own. */
  readonly bounds?: GateBounds | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What the suites of somebody else's lockkeeper.yaml may have of this machine. */
export interface GateBounds {
  /**
   * All that it names has to lie in this folder, no link leads out of it, and its ledger is not taken; absolute. Undefined:
   * what it names is the person's own.
   */
  readonly within: string | undefined;
  /** `none`: a suite that asks for a network is refused. */
  readonly network: 'none' | 'default';
}
