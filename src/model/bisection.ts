import type { VerdictKind } from './verdict.ts';

/**
 * What a gate says of some moves over the base. `unsure` is a gate that could not decide: infrastructure, a hold, a
 * command that broke. It convicts nothing and acquits nothing.
 */
export const gateAnswers = ['good', 'bad', 'unsure'] as const;

export type GateAnswer = (typeof gateAnswers)[number];

/** A hold decides nothing. */
export function answerOfVerdict(kind: VerdictKind): GateAnswer {
  if (kind.startsWith('promote')) return 'good';
  return kind.startsWith('reject') ? 'bad' : 'unsure';
}

/**
 * One gate: these moves made over the base, and no others. Moves go by name; what must move together is one move.
 * `moved` is in the order in which the moves were given, so that one set is always written the same way.
 */
export interface GateQuestion {
  readonly moved: readonly string[];
}

export interface AnsweredQuestion extends GateQuestion {
  readonly answer: GateAnswer;
}

/**
 * Moves that explain a reject.
 * - `proven`: `moves` alone are bad, and good as soon as any one of them is missing; each of these gates was run
 *   (that the base alone is good is what the search starts from).
 * - `in company`: bad together with what `badWith` lists, good without; which few of those it takes was not found.
 */
export interface Culprit {
  readonly kind: 'proven' | 'in company';
  readonly moves: readonly string[];
  /** Those of them that have to stay behind; the others are good without these. */
  readonly leftOut: readonly string[];
  /** A set that was gated bad, and the same without `leftOut`, or without one of it, that was gated good. */
  readonly badWith: readonly string[];
  readonly goodWithout: readonly string[];
}

/** A move that is not among the good ones and is not convicted either. */
export interface UndecidedMove {
  readonly move: string;
  /**
   * `unsure`: where it came in, gates could not decide. `unconfirmed`: good turned to bad with it in one pair of gates, and in no other.
   * `not reached`: the search ended before.
   */
  readonly why: 'unsure' | 'unconfirmed' | 'not reached';
}

/**
 * How a search ended. `base`: the base itself is not good, so no move explains anything. `open`: these questions got no
 * answer yet; ask again with all answers so far. `budget`: as many gates as were allowed were run. `indecisive`: gates
 * cannot decide, whatever moves.
 */
export type BisectionEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'base'; readonly answer: Exclude<GateAnswer, 'good'> }
  | { readonly kind: 'open'; readonly questions: readonly GateQuestion[] }
  | { readonly kind: 'budget' }
  | { readonly kind: 'indecisive' };

export interface Bisection {
  readonly end: BisectionEnd;
  /** All of them, as they were given. */
  readonly moves: readonly string[];
  readonly culprits: readonly Culprit[];
  /** The largest set of moves that one gate found good as a whole; empty: nothing but the base. */
  readonly good: readonly string[];
  readonly undecided: readonly UndecidedMove[];
  /** A bad set within a good one: a move mends what another breaks, or gates answer at random. At most a few. */
  readonly mended: readonly { readonly bad: readonly string[]; readonly good: readonly string[] }[];
  /** Every answer that the search used, in the order in which it came to be known; one set stands there twice where it was asked about again. */
  readonly trail: readonly AnsweredQuestion[];
}
