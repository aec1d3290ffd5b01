import { invariant } from '../../base/invariant.ts';
import type { GateAnswer } from '../../model/bisection.ts';
import { keyOf, together, type Answers, type Places } from './answers.ts';
import { know, type Asking, type Search } from './asking.ts';

/** A move with which good ends: `before` is good, and is not with it. */
export interface TurningPoint {
  readonly move: number;
  readonly before: Places;
}

/** Beside a bad end, so many gates that cannot decide are walked around before one of them is taken for an end. */
const unsureTolerated = 2;

/**
 * Adds the moves of `line` to `fixed` one after the other, in thought: with none it is good, with all it is not. Finds
 * one with which it turns, whether or not the answers are monotone, in ⌈log2 n⌉ gates with one runner, and
 * ⌈log(k+1) n⌉ rounds with k.
 */
export function* turningPoint(asking: Asking, fixed: Places, line: Places): Search<TurningPoint> {
  const { answers } = asking;
  const first = (count: number): Places => together(fixed, line.slice(0, count));
  const known = knownCounts(answers, { fixed, line, first });
  invariant(known.get(0) === 'good', 'without any of them it is good');
  invariant(line.length > 0 && answers.of(first(line.length)) !== 'good', 'with all of them it is not good');
  let range: Range = { good: 0, end: line.length };
  for (;;) {
    range = narrowed(range, known);
    const { good, end } = range;
    if (end - good === 1) {
      const move = line[good];
      invariant(move !== undefined, 'a place in the line');
      return { move, before: first(good) };
    }
    const counts = spread(range, asking.runners, known);
    yield* know(asking, counts.map(first));
    for (const count of counts) note(known, count, answers.of(first(count)));
  }
}

type KnownCounts = Map<number, GateAnswer>;

/** What is known of the sets that the line runs through. */
function knownCounts(
  answers: Answers,
  {
    fixed,
    line,
    first,
  }: { readonly fixed: Places; readonly line: Places; readonly first: (count: number) => Places },
): KnownCounts {
  const known: KnownCounts = new Map();
  note(known, 0, answers.of(fixed));
  for (const { moved, answer } of answers.all()) {
    const count = moved.length - fixed.length;
    if (count > 0 && count <= line.length && keyOf(first(count)) === keyOf(moved)) note(known, count, answer);
  }
  return known;
}

function note(known: KnownCounts, count: number, answer: GateAnswer | undefined): void {
  if (answer !== undefined) known.set(count, answer);
}

/** With the first `good` of the line it is good, with the first `end` it is not. */
interface Range {
  readonly good: number;
  readonly end: number;
}

/** The narrowest range that is known. */
function narrowed(range: Range, known: KnownCounts): Range {
  const counts = [...known.keys()].toSorted((left, right) => left - right);
  let { good, end } = range;
  for (;;) {
    const inner = counts.filter((count) => count > good && count < end);
    const bad = inner.find((count) => known.get(count) === 'bad');
    const lastGood = inner.findLast((count) => known.get(count) === 'good');
    const hasOpen = inner.length < end - good - 1;
    const tolerated = known.get(end) === 'bad' && hasOpen ? unsureTolerated : 0;
    if (bad !== undefined) end = bad;
    else if (lastGood !== undefined) good = lastGood;
    else if (inner.length > tolerated) end = inner[0] ?? end;
    else return { good, end };
  }
}

/** Counts that split the range most evenly, as far as they are still to be asked about. */
function spread(range: Range, runners: number, known: KnownCounts): readonly number[] {
  const { good, end } = range;
  const chosen = new Set<number>();
  for (let part = 1; part <= runners; part += 1) {
    const ideal = good + Math.floor(((end - good) * part) / (runners + 1));
    const nearest = nearestOpen(range, ideal, (count) => !known.has(count) && !chosen.has(count));
    if (nearest !== undefined) chosen.add(nearest);
  }
  invariant(chosen.size > 0, 'where nothing is open the range is narrow');
  return [...chosen];
}

function nearestOpen(
  { good, end }: Range,
  ideal: number,
  isOpen: (count: number) => boolean,
): number | undefined {
  for (let away = 0; away <= end - good; away += 1) {
    for (const count of [ideal - away, ideal + away])
      if (count > good && count < end && isOpen(count)) return count;
  }
  return undefined;
}
