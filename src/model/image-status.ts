import type { Failure } from '../base/failure.ts';
import type { Digest } from './digest.ts';
import type { Hold } from './hold.ts';

/** How it stands with an image, the most urgent first. */
export const imageStates = [
  /** The registry does not hold the pinned image any more. */
  'dead',
  /** The name does not exist. */
  'absent',
  /** It may not be used. */
  'not allowed',
  /** It is pinned to several digests. */
  'drifted',
  /** It has no digest. */
  'unpinned',
  /** The registry gave no answer, or refused one. */
  'unanswered',
  /** Somebody holds it, and its name has moved on. */
  'held',
  /** The new digest is not known for long enough. */
  'cooling',
  /** The next update moves it. */
  'stale',
  /** It stays where it is, by its form or by lockkeeper.yaml. */
  'fixed',
  /** Pinned; nobody asked the registry. */
  'pinned',
  'current',
] as const;

export type ImageState = (typeof imageStates)[number];

/** Whose move it is. */
export const movers = ['nobody', 'update', 'time', 'holder', 'maintainer', 'registry'] as const;

export type Mover = (typeof movers)[number];

/** One name that a repository mentions, with all that is known of it. */
export interface ImageStatus {
  /** With the tag that is followed; of what follows none, with its digest. */
  readonly name: string;
  readonly files: readonly string[];
  readonly mentions: number;
  readonly state: ImageState;
  /** What is written now; none where it has no digest, several where it has drifted. */
  readonly digests: readonly CurrentDigest[];
  /** What its name stands for, where that is another digest; undefined: it is none, or nobody asked. */
  readonly waiting: WaitingDigest | undefined;
  /** One sentence: what waits, and why. */
  readonly why: string;
  readonly mover: Mover;
  /** Since when it is somebody's move: ISO 8601, UTC; undefined: nobody knows, or it is nobody's. */
  readonly since: string | undefined;
  /** Those in force. */
  readonly holds: readonly Hold[];
  /** What a registry failed with. */
  readonly failure: Failure | undefined;
}

export interface CurrentDigest {
  readonly digest: Digest;
  /** Since when it stands in git: ISO 8601, UTC; undefined: it is not committed, or nobody knows. */
  readonly since: string | undefined;
}

export interface WaitingDigest {
  readonly digest: Digest;
  /** When a run here saw it first: ISO 8601, UTC; undefined: no ledger knows. */
  readonly firstSeen: string | undefined;
}

/** A hold, and how it stands. */
export interface HoldStatus {
  readonly hold: Hold;
  /**
   * `expired`: its day has passed. `over`: its name stands for another digest than it holds back. `idle`: no image of the
   * repository has such a name.
   */
  readonly state: 'in force' | 'expired' | 'over' | 'idle';
  /** When it came to lockkeeper.yaml in git: ISO 8601, UTC; undefined: it is not committed, or nobody knows. */
  readonly since: string | undefined;
}
