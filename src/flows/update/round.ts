import type { AnsweredQuestion, Bisection, GateAnswer } from '../../model/bisection.ts';
import { noCheckNames, withNames } from '../../model/check-names.ts';
import type { CommitId } from '../../model/commit.ts';
import { sameKeys, type ShortKey } from '../../model/short-key.ts';
import type { SearchMark } from '../../model/update-marker.ts';
import { bisect } from '../../stages/bisect/bisect.ts';
import { limits } from '../../base/limits.ts';

/** What is known when it is to be decided which units the branch holds next. */
export interface RoundOrder {
  /** All that may go in, in the order of the plan. */
  readonly wanted: readonly ShortKey[];
  /** What the branch holds now; undefined: it is not there, or stands on files that changed meanwhile. */
  readonly onBranch: readonly ShortKey[] | undefined;
  /** What the checks of the branch say; undefined: nothing yet. */
  readonly answer: GateAnswer | undefined;
  /** Names of the checks that fail by what is on the branch. */
  readonly failing: readonly string[];
  /** The commit that they say it of; undefined: there is no branch. */
  readonly tip: CommitId | undefined;
  /** What a branch that has to be made anew holds, where its checks fail; empty otherwise. */
  readonly failedBefore: readonly ShortKey[];
  /** The base's own checks do not tell of all that failed: a round without any move is needed. */
  readonly baseUnknown: boolean;
  readonly search: SearchMark | undefined;
}

/** What the branch is to hold, and why. */
export type Round =
  /** All that may go in. `answer` is of exactly this; undefined: nobody has said anything yet. */
  | { readonly kind: 'all'; readonly answer: GateAnswer | undefined }
  /** One subset, to be answered by the checks; the rest waits. */
  | { readonly kind: 'searching'; readonly search: SearchMark }
  /** A search has ended, and tells who is to blame. */
  | { readonly kind: 'found'; readonly bisection: Bisection; readonly search: SearchMark }
  /** The checks fail, and nothing can tell by which moves. Undefined: they are too many to be searched. */
  | { readonly kind: 'stuck'; readonly search: SearchMark | undefined };

/**
 * One step of a search by the forge's checks. The checks of the whole branch are the first gate; where it is bad, it is asked
 * again as another commit, since one check that failed by chance is no reason to take anything apart. Where that is bad, too,
 * each run puts one subset on the branch, and a later one reads what the checks said of it. The answers so far are all the state.
 * A search keeps to its moves as long as they are planned, and what is new waits for its end: else one tag that moves each
 * night would let no search come to an end.
 */
export async function decideRound(order: RoundOrder): Promise<Round> {
  const { wanted, onBranch, answer: said } = order;
  const search = goingOn(order) ?? begun(order);
  const isWhole = onBranch !== undefined && sameKeys(onBranch, wanted);
  const all: Round = { kind: 'all', answer: isWhole ? said : undefined };
  if (search === undefined) return all;
  if (search.units.length > limits.searchUnitsMax)
    return isWhole && said === 'bad' ? { kind: 'stuck', search: undefined } : all;
  const known = withAnswer(search, order);
  const [first, second] = answersTo(known.units, known);
  const isAskedAgain = first === 'bad' && second !== 'bad' && known.units.length > 0;
  if (isAskedAgain && second === undefined)
    return { kind: 'searching', search: { ...known, asked: known.units } };
  if (isAskedAgain && second === 'good') return all;
  const round = isAskedAgain ? undefined : await nextRound(order, known);
  if (round !== undefined && (round.kind !== 'found' || isDecided(round.bisection))) return round;
  // What it could not decide among these may be decided with what is new, or by whoever starts a check again.
  const isOver = !sameKeys(search.units, wanted) || (isWhole && said === 'good');
  return isOver ? all : { kind: 'stuck', search: known };
}

/** A base that could not be asked decides nothing: then nobody knows whether what fails does so without any move. */
function isDecided({ end }: Bisection): boolean {
  return end.kind === 'complete' || (end.kind === 'base' && end.answer === 'bad');
}

/** The search among what is still planned of it. An answer that something else had a part in tells nothing any more. */
function goingOn({ wanted, search }: RoundOrder): SearchMark | undefined {
  const units = search?.units.filter((key) => wanted.includes(key)) ?? [];
  if (search === undefined || units.length === 0) return undefined;
  return {
    units,
    answers: search.answers.filter(({ moved }) => moved.every((key) => units.includes(key))),
    asked: search.asked,
    answered: search.answered,
    failing: search.failing,
  };
}

/** A new search, where what is on the branch is bad. */
function begun({ wanted, onBranch, answer, failedBefore }: RoundOrder): SearchMark | undefined {
  if (onBranch !== undefined) return answer === 'bad' ? newSearch(onBranch) : undefined;
  const left = wanted.filter((key) => failedBefore.includes(key));
  // Nothing is left of it, or nothing is new: then all of it is one question, as without a search.
  const isPart = left.length > 0 && left.length < wanted.length;
  return isPart ? newSearch(left) : undefined;
}

function newSearch(units: readonly ShortKey[]): SearchMark {
  return { units, answers: [], asked: units, answered: undefined, failing: noCheckNames };
}

/** With what the checks said of the subset that was asked for, if it is the one on the branch and was not heard before. */
function withAnswer(search: SearchMark, { onBranch, answer, tip, failing }: RoundOrder): SearchMark {
  const { asked, answers } = search;
  const isAsked = onBranch !== undefined && sameKeys(onBranch, asked);
  if (!isAsked || answer === undefined || tip === search.answered) return search;
  const isFull = answersTo(asked, search).length >= looksMax || answers.length >= limits.searchAnswersMax;
  return {
    ...search,
    answers: isFull ? answers : [...answers, { moved: asked, answer }],
    answered: tip,
    failing: answer === 'bad' ? withNames(search.failing, failing, limits.searchFailingMax) : search.failing,
  };
}

/** The first look leads the search, the second one confirms it; more are not told apart. */
const looksMax = 2;

function answersTo(asked: readonly ShortKey[], { answers }: SearchMark): readonly GateAnswer[] {
  return answers.filter(({ moved }) => sameKeys(moved, asked)).map(({ answer }) => answer);
}

async function nextRound({ baseUnknown }: RoundOrder, search: SearchMark): Promise<Round> {
  const known: readonly AnsweredQuestion[] = search.answers;
  // Once it is asked, it stays so: while its checks run, nothing fails.
  const asksBase = baseUnknown || search.asked.length === 0 || known.some(({ moved }) => moved.length === 0);
  const bisection = await bisect(
    {
      moves: search.units,
      known,
      runners: 1,
      gatesMax: limits.searchAnswersMax - known.length,
      base: asksBase ? 'asked' : 'assumed',
      // As another commit with the same content.
      asksAgain: true,
    },
    (questions) => Promise.resolve(questions.map(() => undefined)),
  );
  const [question] = bisection.end.kind === 'open' ? bisection.end.questions : [];
  if (question === undefined) return { kind: 'found', bisection, search };
  return { kind: 'searching', search: { ...search, asked: question.moved } };
}
