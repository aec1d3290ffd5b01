import type { Bisection, BisectionEnd, Culprit, UndecidedMove } from '../../model/bisection.ts';
import { keyOf, together, without, type Answers, type Places } from './answers.ts';

/** Contradictions that are told; more of them say the same. */
const mendedMax = 3;

/** What the answers amount to, whether or not the search came to its end. */
export function conclude(answers: Answers, end: BisectionEnd): Bisection {
  const good = largestGood(answers);
  const out = without([...answers.moves.keys()], good);
  const culprits = end.kind === 'base' ? [] : merged(out.flatMap((move) => culpritOf(answers, move, good)));
  const convicted = new Set(culprits.flatMap(({ leftOut }) => leftOut));
  return {
    end,
    moves: answers.moves,
    culprits: culprits.map((culprit) => named(answers, culprit)),
    good: answers.names(good),
    undecided: out
      .filter((move) => !convicted.has(move))
      .map((move) => ({ move: answers.names([move])[0] ?? '', why: whyUndecided(answers, move, good) })),
    mended: mended(answers),
    trail: answers.trail(),
  };
}

function largestGood(answers: Answers): Places {
  return answers
    .all()
    .filter(({ answer }) => answer === 'good')
    .reduce<Places>((largest, { moved }) => (moved.length > largest.length ? moved : largest), []);
}

interface PlacedCulprit {
  readonly kind: Culprit['kind'];
  readonly moves: Places;
  readonly leftOut: Places;
  readonly badWith: Places;
  readonly goodWithout: Places;
}

/**
 * Convicts on two grounds: the same set with the move is bad and without it good; and either a few moves around it are
 * proven to be bad by themselves, or it was there in a second bad gate that no one else explains. So one wrong answer
 * convicts nobody.
 */
function culpritOf(answers: Answers, move: number, good: Places): readonly PlacedCulprit[] {
  const bad = badWith(answers, move);
  const turn = turnOf(answers, bad, { move, good });
  if (turn === undefined) return [];
  const proven = bad.find((moved) => isProven(answers, moved));
  if (proven !== undefined) return [{ kind: 'proven', moves: proven, leftOut: [move], ...turn }];
  const others = provenWithout(answers, move);
  const unexplained = bad.filter((moved) => !others.some((few) => without(few, moved).length === 0));
  return unexplained.length < 2 ? [] : [{ kind: 'in company', moves: [move], leftOut: [move], ...turn }];
}

/** Bad, and good as soon as any one of them is missing. */
function isProven(answers: Answers, moved: Places): boolean {
  return answers.isBad(moved) && moved.every((each) => answers.isGood(without(moved, [each])));
}

function provenWithout(answers: Answers, move: number): readonly Places[] {
  return answers
    .all()
    .map(({ moved }) => moved)
    .filter((moved) => !moved.includes(move) && isProven(answers, moved));
}

/** Bad sets with the move, small ones first. */
function badWith(answers: Answers, move: number): readonly Places[] {
  return answers
    .all()
    .filter(({ moved, answer }) => answer === 'bad' && moved.includes(move))
    .map(({ moved }) => moved)
    .toSorted((left, right) => left.length - right.length);
}

/** Over what goes in, where that was asked; else the smallest set that turned with it. */
function turnOf(
  answers: Answers,
  bad: readonly Places[],
  { move, good }: { readonly move: number; readonly good: Places },
): Pick<PlacedCulprit, 'badWith' | 'goodWithout'> | undefined {
  const over = together(good, [move]);
  const turning = answers.isBad(over) ? over : bad.find((moved) => answers.isGood(without(moved, [move])));
  return turning && { badWith: turning, goodWithout: without(turning, [move]) };
}

/** Two moves that explain the reject only together, both left out, are one culprit. */
function merged(culprits: readonly PlacedCulprit[]): readonly PlacedCulprit[] {
  const bySet = new Map<string, PlacedCulprit>();
  for (const culprit of culprits) {
    const key = keyOf(culprit.moves);
    const same = bySet.get(key);
    bySet.set(
      key,
      same === undefined ? culprit : { ...same, leftOut: together(same.leftOut, culprit.leftOut) },
    );
  }
  return [...bySet.values()];
}

function named(answers: Answers, culprit: PlacedCulprit): Culprit {
  return {
    kind: culprit.kind,
    moves: answers.names(culprit.moves),
    leftOut: answers.names(culprit.leftOut),
    badWith: answers.names(culprit.badWith),
    goodWithout: answers.names(culprit.goodWithout),
  };
}

function whyUndecided(answers: Answers, move: number, good: Places): UndecidedMove['why'] {
  if (answers.of(together(good, [move])) === 'unsure') return 'unsure';
  const bad = badWith(answers, move);
  if (bad.some((moved) => answers.isGood(without(moved, [move])))) return 'unconfirmed';
  return answers.of([move]) === 'unsure' ? 'unsure' : 'not reached';
}

function mended(answers: Answers): Bisection['mended'] {
  const found: { readonly bad: readonly string[]; readonly good: readonly string[] }[] = [];
  const all = answers.all();
  for (const { moved: bad } of all.filter(({ answer }) => answer === 'bad')) {
    const around = all.find(
      ({ moved, answer }) =>
        answer === 'good' && moved.length > bad.length && without(bad, moved).length === 0,
    );
    if (around !== undefined) found.push({ bad: answers.names(bad), good: answers.names(around.moved) });
    if (found.length === mendedMax) break;
  }
  return found;
}
