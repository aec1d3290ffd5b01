import { invariant } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import type {
  AnsweredQuestion,
  Bisection,
  BisectionEnd,
  GateAnswer,
  GateQuestion,
} from '../../model/bisection.ts';
import { Answers, type Places } from './answers.ts';
import { know, knowAgain, type Asking, type Search } from './asking.ts';
import { conclude, unconfirmedPair } from './conclude.ts';
import { explain, leaveOut, putBack, secondThoughts } from './split.ts';

export interface BisectOrder {
  /** Names of what moves, each once. What must move together is one move. Likely culprits last cost the same as first. */
  readonly moves: readonly string[];
  /**
   * What is known already: the gate of all moves, which was bad, and all answers of an earlier search, in their order. Of
   * answers to one question the first leads the search, and the second confirms it or not; questions about other moves are
   * left aside.
   */
  readonly known: readonly AnsweredQuestion[];
  /** Gates that can run at the same time; the search splits so many ways. */
  readonly runners: number;
  /** Questions that may be asked in this search, beyond those that are known. */
  readonly gatesMax: number;
  /** `assumed`: a gate compares with the base, so the base is good. `asked`: a gate of no moves at all is run as well. */
  readonly base: 'assumed' | 'asked';
  /**
   * Whether one set can be gated twice, as a conviction needs it where no second pair of gates shows the same. Where it
   * cannot, a move that is bad by itself is convicted by one pair.
   */
  readonly asksAgain: boolean;
}

/**
 * Runs gates, at most as many at once as there are runners, and answers in the same order. Undefined: there is no answer
 * now (checks still run, no time is left, somebody interrupts), and the search ends with the question open.
 */
export type AskGates = (questions: readonly GateQuestion[]) => Promise<readonly (GateAnswer | undefined)[]>;

/**
 * Finds the fewest moves that explain a reject, and the most that are good together.
 *
 * With all moves known to be bad, one culprit among n is named after ⌈log2 n⌉ gates; one more proves that all others are
 * good together, and one that it is bad by itself, as far as those were not asked on the way. Where there is but one move,
 * or none is good, the gates of a culprit are asked for again.
 */
export async function bisect(order: BisectOrder, ask: AskGates): Promise<Bisection> {
  invariant(order.runners >= 1, 'somebody must run gates');
  const answers = new Answers(order);
  for (const { moved, answer } of order.known) {
    const places = answers.placesOf(moved);
    if (places !== undefined) answers.add(places, answer);
  }
  const search = searchAll({ answers, runners: order.runners }, order);
  let left = order.gatesMax;
  for (;;) {
    const step = search.next();
    if (step.done === true) return conclude(answers, step.value);
    if (isIndecisive(answers)) return conclude(answers, { kind: 'indecisive' });
    const batch = step.value.slice(0, left);
    if (batch.length === 0) return conclude(answers, { kind: 'budget' });
    left -= batch.length;
    const open = await askBatch(answers, batch, ask);
    if (open.length > 0) return conclude(answers, { kind: 'open', questions: open });
    if (batch.length < step.value.length) return conclude(answers, { kind: 'budget' });
  }
}

function* searchAll(
  asking: Asking,
  { base, asksAgain }: Pick<BisectOrder, 'base' | 'asksAgain'>,
): Search<BisectionEnd> {
  const { answers } = asking;
  const all = [...answers.moves.keys()];
  if (base === 'asked') yield* know(asking, [all, []]);
  const ofBase = answers.of([]);
  if (ofBase !== undefined && ofBase !== 'good') return { kind: 'base', answer: ofBase };
  const split = yield* putBack(asking, yield* leaveOut(asking, all));
  for (const move of split.out) yield* explain(asking, move);
  yield* secondThoughts(asking, split);
  if (asksAgain) yield* confirm(asking);
  return { kind: 'complete' };
}

/** A move that turned good to bad in one pair of gates only: both are asked for again. */
function* confirm(asking: Asking): Search<void> {
  for (const move of asking.answers.moves.keys())
    yield* knowAgain(asking, unconfirmedPair(asking.answers, move));
}

/** Answers that came are kept, whatever else did not. */
async function askBatch(
  answers: Answers,
  batch: readonly Places[],
  ask: AskGates,
): Promise<readonly GateQuestion[]> {
  const questions = batch.map((moved) => ({ moved: answers.names(moved) }));
  const got = await ask(questions);
  invariant(got.length === questions.length, 'an answer for each question');
  for (const [index, moved] of batch.entries()) {
    const answer = got[index];
    if (answer !== undefined) answers.add(moved, answer);
  }
  return questions.filter((_, index) => got[index] === undefined);
}

/** Nothing was good, and gates failed to decide again and again: so they would for the moves that are left. */
function isIndecisive(answers: Answers): boolean {
  const all = answers.all().filter(({ moved }) => moved.length > 0);
  return (
    all.every(({ answer }) => answer !== 'good') &&
    all.filter(({ answer }) => answer === 'unsure').length >= limits.bisectUnsureMax
  );
}
