import { unreachable } from '../../base/invariant.ts';
import { standingOf, type MoveVerdict } from '../../model/move-verdict.ts';
import type { Move, MoveUnit } from '../../model/move.ts';
import { verdictKinds, type Verdict } from '../../model/verdict.ts';
import type { ReportedUnit, UnitState } from './report.ts';
import type { MoveChanges } from './examine-moves.ts';

export interface Assessing {
  readonly change: MoveChanges;
  readonly verdicts: (move: Move) => readonly MoveVerdict[];
  /** The last day of the hold that a culprit gets: `2026-12-31`. */
  readonly holdUntil: string;
}

/** What becomes of a unit, by what our own trials say of its moves. */
export function assess({ key, moves }: MoveUnit, { change, verdicts, holdUntil }: Assessing): ReportedUnit {
  const reported = moves.map((move) => ({ ...move, change: change(move), verdicts: verdicts(move) }));
  return {
    key,
    moves: reported,
    state: stateOf(
      reported.flatMap((move) => move.verdicts),
      holdUntil,
    ),
  };
}

function stateOf(verdicts: readonly MoveVerdict[], holdUntil: string): UnitState {
  const standing = standingOf(verdicts);
  switch (standing) {
    case 'good':
      return { kind: 'goes in' };
    case 'culprit':
      return heldBack(worstOf(verdicts), holdUntil);
    case 'waits': {
      const untried = verdicts.find((each) => each.kind === 'untried');
      return untried === undefined
        ? { kind: 'waits', why: sentenceOf(worstOf(verdicts)), failure: undefined }
        : {
            kind: 'waits',
            why: `${untried.image} could not be tried: ${untried.failure.message}`,
            failure: untried.failure,
          };
    }
    default:
      return unreachable(standing);
  }
}

function heldBack(worst: ReturnType<typeof worstOf>, until: string): UnitState {
  return { kind: 'held back', why: sentenceOf(worst), until, evidence: worst?.document };
}

function sentenceOf(judged: { readonly image: string; readonly verdict: Verdict } | undefined): string {
  return judged === undefined ? '' : `${judged.image}: ${judged.verdict.kind}. ${judged.verdict.sentence}`;
}

function worstOf(
  verdicts: readonly MoveVerdict[],
): Extract<MoveVerdict, { readonly kind: 'judged' }> | undefined {
  return verdicts
    .flatMap((each) => (each.kind === 'judged' ? [each] : []))
    .toSorted(
      (one, other) => verdictKinds.indexOf(other.verdict.kind) - verdictKinds.indexOf(one.verdict.kind),
    )[0];
}
