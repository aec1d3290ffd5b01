import { unreachable } from '../../base/invariant.ts';
import { standingOf, type MoveVerdict } from '../../model/move-verdict.ts';
import type { Move, MoveUnit } from '../../model/move.ts';
import type { ReportedUnit, UnitState } from './report.ts';
import type { MoveChanges } from './examine-moves.ts';
import { hinderedBy, whyOf, worstOf } from './worst-verdict.ts';

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

function stateOf(verdicts: readonly MoveVerdict[], until: string): UnitState {
  const standing = standingOf(verdicts);
  const why = whyOf(verdicts) ?? '';
  switch (standing) {
    case 'good':
      return { kind: 'goes in' };
    case 'culprit':
      return { kind: 'held back', why, until, evidence: worstOf(verdicts)?.document };
    case 'waits':
      return { kind: 'waits', why, failure: hinderedBy(verdicts)?.failure };
    default:
      return unreachable(standing);
  }
}
