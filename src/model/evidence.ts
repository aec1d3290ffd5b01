import type { Digest } from './digest.ts';
import type { TestId } from './observation.ts';
import type { Rule } from './rule.ts';
import type { Trial } from './trial.ts';
import type { Waiver } from './waiver.ts';

/** The trials of one suite on one pair of images, with what it takes to believe them. */
export interface Evidence {
  /** Name of the image in lockkeeper.yaml. */
  readonly image: string;
  readonly suite: string;
  readonly platform: string;
  readonly suiteDigest: Digest;
  /** Undefined: there is no baseline yet, the gate is absolute. Image manifests of this platform, not indexes. */
  readonly baseline: Digest | undefined;
  readonly candidate: Digest;
  readonly source: SourceState;
  readonly environment: TrialEnvironment;
  readonly rule: Rule;
  /** Results of a kind that holds one bit only (exit status): a failure on both sides hides any new one. */
  readonly oneBit: boolean;
  readonly mustPass: readonly string[];
  /** A no-op can be asked of the images before the suite runs: commands that need a shell can, argv lists cannot. */
  readonly preflight: boolean;
  /** The suite names a command that must fail in a sound image. */
  readonly sentinel: boolean;
  /** What earlier gates had seen when this one began; a verdict depends on it, so it is kept with the evidence. */
  readonly known: Known;
  /** The waivers for this image and suite that were in force when the gate began, in the order of lockkeeper.yaml. */
  readonly waivers: readonly Waiver[];
  /** In the order in which they were run. */
  readonly trials: readonly Trial[];
}

export interface Known {
  /** Tests that contradicted themselves on one digest while it was in use, in the days that the ledger goes back. */
  readonly flaky: readonly TestId[];
  /** What the last run on this very baseline held, of the same suite and source; undefined: nobody remembers one. */
  readonly last: LastRun | undefined;
}

export interface LastRun {
  /** When it was run; ISO 8601, UTC. */
  readonly at: string;
  /** Tests that passed or failed in it. */
  readonly ran: number;
}

/** Where nothing is remembered. */
export const nothingKnown: Known = { flaky: [], last: undefined };

/** The tests' own source. */
export interface SourceState {
  /** Commit that is checked out, 40 or 64 hexadecimal digits; undefined outside of git. */
  readonly commit: string | undefined;
  /** Digest over names, modes and contents of all files that are copied into the trials; undefined: none are. */
  readonly tree: Digest | undefined;
  /** The files differ from the commit. */
  readonly dirty: boolean;
}

/** Where the trials ran; equal for both sides by construction. */
export interface TrialEnvironment {
  /** `docker` or `podman`. */
  readonly engine: string;
  readonly engineVersion: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly network: 'none' | 'default';
}
