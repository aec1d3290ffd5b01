import type { Failure } from '../base/failure.ts';
import type { Digest } from './digest.ts';
import type { Hold } from './hold.ts';
import type { Mention } from './mention.ts';
import type { PinFindingKind, PinSeverity } from './pin-policy.ts';
import type { Reference } from './reference.ts';

/** Which pins would move, which stay, and why: one entry a mention, in the order of the mentions. */
export interface Plan {
  readonly entries: readonly PlanEntry[];
}

export interface PlanEntry {
  readonly mention: Mention;
  /** The name with the tag whose image is wanted; undefined: it follows none. */
  readonly follows: Reference | undefined;
  readonly decision: PinDecision;
}

export type PinDecision =
  /** It has no digest and gets one. */
  | { readonly kind: 'pin'; readonly to: Digest }
  /** Its digest is replaced. `backwards`: the name stood at the new one before it stood at the old one. */
  | { readonly kind: 'move'; readonly from: Digest; readonly to: Digest; readonly backwards: boolean }
  | {
      readonly kind: 'stay';
      readonly why: Exclude<StayReason, 'held'>;
      readonly detail: string;
      /** What a registry failed with, where that is why. */
      readonly failure: Failure | undefined;
    }
  /** Somebody holds it: `detail` says who, why, and until when. */
  | {
      readonly kind: 'stay';
      readonly why: 'held';
      readonly detail: string;
      readonly failure: undefined;
      readonly hold: Hold;
    };

/** Why a mention stays as it is. */
export const stayReasons = {
  current: 'pinned to what its name stands for',
  pinned: 'pinned, and only names without a digest were asked for',
  'same images': 'the images of the platforms that count are the same',
  machine: 'a machine, no container image',
  unresolved: 'the name cannot be told',
  'no tag': 'pinned by digest alone: there is no tag to follow',
  'no place': 'there is no place for a digest',
  left: 'lockkeeper.yaml leaves it alone',
  'not allowed': 'lockkeeper.yaml does not allow its registry',
  held: 'somebody holds it',
  cooling: 'the new digest is not known for long enough',
  absent: 'the registry does not have it',
  failed: 'the registry gave no answer',
  unasked: 'not among those that were asked for',
  declined: 'a person said no',
} as const satisfies Readonly<Record<string, string>>;

export type StayReason = keyof typeof stayReasons;

/** What is wrong with a mention, or keeps a file from being looked at. */
export interface PinFinding {
  readonly kind: PinFindingKind;
  readonly severity: Exclude<PinSeverity, 'off'>;
  /** Relative to the folder that was looked at, with `/`. */
  readonly file: string;
  /** Undefined: it is about the file. */
  readonly mention: Mention | undefined;
  /** One sentence: what, and with which digests. */
  readonly message: string;
  /** What to do about it; undefined: nothing that we know. */
  readonly remedy: string | undefined;
  /** Where a registry did not answer: what it said. */
  readonly failure: Failure | undefined;
}
