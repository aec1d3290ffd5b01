import { ordered, together, without, type Places } from './answers.ts';
import { know, type Asking, type Search } from './asking.ts';
import { turningPoint } from './turning-point.ts';

/** Moves that are good together, and those that had to stay behind for it. */
export interface Split {
  readonly good: Places;
  readonly out: Places;
}

/** Leaves out one move after the other with which good ends, until what is left is good as a whole. */
export function* leaveOut(asking: Asking, all: Places): Search<Split> {
  let good = all;
  let out: Places = [];
  for (;;) {
    yield* know(asking, [good]);
    if (asking.answers.isGood(good)) return { good, out };
    const { move } = yield* turningPoint(asking, [], good);
    good = without(good, [move]);
    out = together(out, [move]);
    // Whoever has runners to spare learns now what would be asked later.
    if (asking.runners > 1) yield* know(asking, [good, [move]].slice(0, asking.runners));
  }
}

/**
 * A move that was left out early may be good with what is left: it was bad beside another one, or a move that came
 * later mends it. Whatever can come back comes back, so each move that stays out was asked about over all good ones.
 */
export function* putBack(asking: Asking, split: Split): Search<Split> {
  let { good, out } = split;
  for (;;) {
    const welcome = yield* welcomeBack(asking, { good, out });
    if (welcome.length === 0) return { good, out };
    good = together(good, welcome);
    out = without(out, welcome);
  }
}

/** Moves of those left out that are good over the good ones, one by one or several together. */
function* welcomeBack(asking: Asking, { good, out }: Split): Search<Places> {
  const { answers } = asking;
  const single: number[] = [];
  for (let at = 0; at < out.length; at += asking.runners) {
    const few = out.slice(at, at + asking.runners);
    yield* know(
      asking,
      few.map((move) => together(good, [move])),
    );
    single.push(...few.filter((move) => answers.isGood(together(good, [move]))));
    if (single.length > 0) break;
  }
  if (single.length > 1) yield* know(asking, [together(good, single)]);
  if (single.length > 0) return answers.isGood(together(good, single)) ? single : single.slice(0, 1);
  return yield* severalBack(asking, { good, out });
}

/** Beyond so many, each of which was bad alone over the good ones, they are not tried together. */
const togetherMax = 8;

/** Moves that are bad one by one and good together: all that were left out but one. */
function* severalBack(asking: Asking, { good, out }: Split): Search<Places> {
  if (out.length < 3 || out.length > togetherMax) return [];
  for (const move of out) {
    const others = without(out, [move]);
    yield* know(asking, [together(good, others)]);
    if (asking.answers.isGood(together(good, others))) return others;
  }
  return [];
}

/** Beyond so many, a set explains nothing to anybody. */
const explanationMovesMax = 4;

/**
 * Looks for the few moves that are bad by themselves, among them `move`, which is not good over the good ones. With
 * company, `company` is found by adding what else was there when it was bad.
 */
export function* explain(asking: Asking, move: number): Search<void> {
  const { answers } = asking;
  yield* know(asking, [[move]]);
  let fixed: Places = [move];
  while (answers.isGood(fixed) && fixed.length < explanationMovesMax) {
    const around = smallestBad(asking, fixed);
    if (around === undefined) return;
    const partner = yield* turningPoint(asking, fixed, without(around, fixed));
    fixed = together(fixed, [partner.move]);
    yield* know(asking, [fixed]);
  }
  if (!answers.isBad(fixed) || fixed.length === 1) return;
  yield* know(
    asking,
    fixed.map((each) => without(fixed, [each])),
  );
}

/**
 * Where several moves stay out because of one that went in, it is fewer to leave out that one: such as an image that
 * works with nothing that is new. The same happens where a gate was wrong that let it in.
 */
export function* secondThoughts(asking: Asking, { good, out }: Split): Search<void> {
  const explained = out.flatMap((move) => {
    const few = smallestBad(asking, [move]) ?? [];
    return few.length <= explanationMovesMax ? [{ move, few }] : [];
  });
  const because = (blamed: number): Places =>
    ordered(explained.filter(({ few }) => few.includes(blamed)).map(({ move }) => move));
  const [worst] = good
    .map((blamed) => ({ blamed, innocent: because(blamed) }))
    .toSorted((left, right) => right.innocent.length - left.innocent.length);
  if (worst === undefined || worst.innocent.length < 2) return;
  const instead = together(without(out, worst.innocent), [worst.blamed]);
  yield* know(asking, [without(together(good, out), instead)]);
}

/** Of the sets that were bad, the smallest one that holds all of these. */
function smallestBad({ answers }: Asking, moves: Places): Places | undefined {
  const around = answers
    .all()
    .filter(({ moved, answer }) => answer === 'bad' && moves.every((move) => moved.includes(move)))
    .map(({ moved }) => moved);
  return around.toSorted((left, right) => left.length - right.length)[0];
}
