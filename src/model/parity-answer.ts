import type { BuildpackName } from './builder-facts.ts';
import type { Digest } from './digest.ts';

/** How deep one looks, the cheapest first; docs/guides/parity.md says what each can tell. */
export const parityLevels = ['L0', 'L1', 'L2', 'L3', 'L4'] as const;

export type ParityLevel = (typeof parityLevels)[number];

/** Whether a pin holds on a builder. What cannot be told is `unknown`, and never a guess. */
export type ParityAnswer =
  /** `resolvesTo`: a version, or a series such as `3.13` where the level tells no more. */
  | {
      readonly kind: 'supported';
      readonly resolvesTo: string;
      /** What nobody can tell before the build, as a sentence; undefined: nothing is left open. */
      readonly note: string | undefined;
      readonly evidence: ParityEvidence;
    }
  | {
      readonly kind: 'unsupported';
      /** Ends the sentence "it does not work: …". */
      readonly why: string;
      /** Versions or series that this builder has instead, newest first; empty where it is not known. */
      readonly offers: readonly string[];
      readonly evidence: ParityEvidence;
    }
  | {
      readonly kind: 'ignored';
      readonly why: string;
      /** What it takes in place of the pin; undefined where that is not known. */
      readonly instead: string | undefined;
      /** Whether that is within what the pin asks for; undefined where it cannot be told. */
      readonly fits: boolean | undefined;
      /**
       * A range that holds all the same, or of which nobody can tell, does no harm. A version does: that the build takes
       * it without looking would be luck.
       */
      readonly harms: boolean;
      readonly offers: readonly string[];
      readonly evidence: ParityEvidence;
    }
  | { readonly kind: 'unknown'; readonly why: string; readonly evidence: ParityEvidence | undefined };

export type ParityKind = ParityAnswer['kind'];

/** What an answer stands on. */
export interface ParityEvidence {
  readonly level: ParityLevel;
  readonly builder: Digest;
  readonly buildpack: BuildpackName | undefined;
  /** The table, the page or the line of a log that says so, with its date where it has one. Foreign text. */
  readonly source: string;
}

/** Whether a pin with this answer does not do what it says. */
export function isHarmful(answer: ParityAnswer): boolean {
  return answer.kind === 'unsupported' || (answer.kind === 'ignored' && answer.harms);
}
