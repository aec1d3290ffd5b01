import type { Bisection } from '../../model/bisection.ts';
import type { CommitId } from '../../model/commit.ts';
import { shortKey, type ShortKey } from '../../model/short-key.ts';
import type { SearchMark, UpdateMarker } from '../../model/update-marker.ts';
import { limits } from '../../base/limits.ts';
import { plural } from '../../base/text.ts';
import { formatReference, shortName } from '../../model/reference.ts';
import { goesIn, type ReportedUnit } from './report.ts';
import type { Round } from './round.ts';

/** What the branch is to hold after a round, and what a later run has to know. */
export interface AppliedRound extends Pick<UpdateMarker, 'search'> {
  /** All of them, with what became of each. */
  readonly units: readonly ReportedUnit[];
  /** Units that stay out, since the search was not sure of them. */
  readonly apart: readonly ShortKey[];
  /** What is to be known until the branch has moved: also of a search that has just ended. */
  readonly until: SearchMark | undefined;
  /** The commit that was heard last, where the branch has to hold another one; undefined: it need not. */
  readonly after: CommitId | undefined;
  /** The base itself is not good: what failed counts for nothing. */
  readonly baseIsBad: boolean;
  /** Why a person has to look, a clause; undefined: nobody has to. */
  readonly stuck: string | undefined;
}

export interface RoundFacts {
  readonly holdUntil: string;
  /** The page of the pull request, where all checks are kept. */
  readonly evidence: string | undefined;
}

/** Decides over each unit by what the round came to. */
export function applyRound(units: readonly ReportedUnit[], round: Round, facts: RoundFacts): AppliedRound {
  const until = round.kind === 'all' ? undefined : round.search;
  const nothing = {
    search: undefined,
    apart: [],
    baseIsBad: false,
    after: undefined,
    until,
    stuck: undefined,
  };
  if (round.kind === 'all') return { ...nothing, units };
  if (round.kind === 'searching') {
    const { search } = round;
    return { ...nothing, units: inRound(units, search), search, after: search.answered };
  }
  if (round.kind === 'stuck') {
    // Asking once more would not help: everything stands there for a person to look at.
    const { search } = round;
    return {
      ...nothing,
      units,
      search: search && { ...search, asked: search.units },
      stuck: whyStuck(search),
    };
  }
  const { bisection } = round;
  if (bisection.end.kind === 'base') return { ...nothing, units, baseIsBad: true };
  const apart = bisection.undecided.map(({ move }) => move);
  const convicted = units.map((unit) => convictedBy(bisection, unit, facts) ?? unit);
  return {
    ...nothing,
    apart,
    units: convicted.map((unit) =>
      goesIn(unit) && apart.includes(shortKey(unit.key)) ? unsure(unit) : unit,
    ),
  };
}

function whyStuck(search: SearchMark | undefined): string {
  return search === undefined
    ? `checks fail, and among more than ${plural(limits.searchUnitsMax, 'move')} nothing is searched for`
    : `checks fail with ${plural(search.units.length, 'move')}, and after ${plural(search.answers.length, 'answer')} it could not be decided by which`;
}

/** What is said of a unit that a search could neither convict nor acquit. */
export const unsureSentence = 'The search for the culprit could neither convict nor acquit it.';

function unsure(unit: ReportedUnit): ReportedUnit {
  return { ...unit, state: { kind: 'left out', why: unsureSentence } };
}

function inRound(
  units: readonly ReportedUnit[],
  { asked, units: searched }: SearchMark,
): readonly ReportedUnit[] {
  return units.map((unit) => {
    const key = shortKey(unit.key);
    if (!goesIn(unit) || asked.includes(key)) return unit;
    const why = searched.includes(key)
      ? 'It is not in this round of the search for the culprit.'
      : 'It waits for the end of the search for the culprit, which began before it moved.';
    return { ...unit, state: { kind: 'left out', why } };
  });
}

function convictedBy(
  { culprits, moves, trail }: Bisection,
  unit: ReportedUnit,
  { holdUntil, evidence }: RoundFacts,
): ReportedUnit | undefined {
  const key = shortKey(unit.key);
  const culprit = culprits.find(({ leftOut }) => leftOut.includes(key));
  if (culprit === undefined) return undefined;
  const others = culprit.moves.filter((each) => each !== key).length;
  const together = others === 0 ? '' : ` together with ${plural(others, 'other move')}`;
  const why = `The checks fail with ${namesOf(unit)}${together} and pass without it: a search among ${plural(moves.length, 'move')}, by the checks of ${plural(trail.length, 'commit')}.`;
  return { ...unit, state: { kind: 'held back', why, until: holdUntil, evidence } };
}

function namesOf({ moves }: ReportedUnit): string {
  return [...new Set(moves.map(({ name }) => shortName(formatReference(name))))].join(', ');
}
