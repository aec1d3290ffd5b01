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
 * Convicts where good turned to bad with the move in two pairs of gates: of two different sets, or of one set twice. A
 * wrong answer makes one pair at most, so it convicts nobody.
 */
function culpritOf(answers: Answers, move: number, good: Places): readonly PlacedCulprit[] {
  const turns = turnsOf(answers, move);
  const isSure = turns.length > 1 || turns.some((moved) => isConfirmed(answers, moved, move));
  const over = keyOf(together(good, [move]));
  const turn = turns.find((moved) => keyOf(moved) === over) ?? turns[0];
  if (turn === undefined || !isSure) return [];
  const shown = { leftOut: [move], badWith: turn, goodWithout: without(turn, [move]) };
  const proven = turns.find((moved) => isProven(answers, moved));
  return [
    proven === undefined
      ? { kind: 'in company', moves: [move], ...shown }
      : { kind: 'proven', moves: proven, ...shown },
  ];
}

/** Sets that are bad with the move and good without it, small ones first; none that a second gate found otherwise. */
function turnsOf(answers: Answers, move: number): readonly Places[] {
  return badWith(answers, move).filter((moved) => {
    const before = without(moved, [move]);
    const isDisputed =
      (answers.again(moved) ?? 'bad') !== 'bad' || (answers.again(before) ?? 'good') !== 'good';
    return answers.isGood(before) && !isDisputed;
  });
}

/** Whether both gates of the pair said the same twice, as far as there are second ones. */
function isConfirmed(answers: Answers, moved: Places, move: number): boolean {
  if (!answers.asksAgain) return moved.length === 1;
  return answers.again(moved) === 'bad' && answers.again(without(moved, [move])) === 'good';
}

/** The gates to ask for once more, lest the move is convicted by one pair; none where that is not so. */
export function unconfirmedPair(answers: Answers, move: number): readonly Places[] {
  const [turn, ...others] = turnsOf(answers, move);
  return turn === undefined || others.length > 0 ? [] : [turn, without(turn, [move])];
}

/** Bad, and good as soon as any one of them is missing. */
function isProven(answers: Answers, moved: Places): boolean {
  return answers.isBad(moved) && moved.every((each) => answers.isGood(without(moved, [each])));
}

/** Bad sets with the move, small ones first. */
function badWith(answers: Answers, move: number): readonly Places[] {
  return answers
    .all()
    .filter(({ moved, answer }) => answer === 'bad' && moved.includes(move))
    .map(({ moved }) => moved)
    .toSorted((left, right) => left.length - right.length);
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
