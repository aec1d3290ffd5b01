import type { Digest } from './digest.ts';

/** Names moved from one digest to another, by which verdict. Written before the first effect, and again after the last. */
export interface Promotion {
  readonly schemaVersion: 1;
  readonly set: string;
  readonly intendedAt: string;
  /** Undefined while it is under way. */
  readonly doneAt: string | undefined;
  readonly moves: readonly PromotionMove[];
}

export interface PromotionMove {
  readonly image: string;
  /** `registry/repository:tag`. */
  readonly target: string;
  /** Where the tag stood when the verdict was made; undefined: it did not exist. */
  readonly from: Digest | undefined;
  readonly to: Digest;
  /** Digest of the verdict document that allows it. */
  readonly verdict: Digest;
  /** Who let it pass where the verdict waited for a person. */
  readonly approval: Approval | undefined;
}

export interface Approval {
  readonly author: string;
  readonly reason: string;
}
