import type { AnsweredQuestion, Bisection, GateAnswer } from '../../model/bisection.ts';
import { sameKeys, type ShortKey } from '../../model/short-key.ts';
import type { SearchMark } from '../../model/update-marker.ts';
import { bisect } from '../../stages/bisect/bisect.ts';
import { nightlyLimits } from '../../base/nightly-limits.ts';

/** What is known when it is to be decided which units the branch holds next. */
export interface RoundOrder {
  /** All that may go in, in the order of the plan. */
  readonly wanted: readonly ShortKey[];
  /** What the branch holds now; undefined: it is not there, or stands on files that changed meanwhile. */
  readonly onBranch: readonly ShortKey[] | undefined;
  /** What the checks of the branch say; undefined: nothing yet. */
  readonly answer: GateAnswer | undefined;
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
  /** A search has ended. */
  | { readonly kind: 'found'; readonly bisection: Bisection; readonly search: SearchMark };

/**
 * One step of a search by the forge's checks. The checks of the whole branch are the first gate; where it is bad, each run
 * puts one subset on the branch, and a later one reads what the checks said of it. The answers so far are all the state.
 */
export async function decideRound(order: RoundOrder): Promise<Round> {
  const { wanted, onBranch, answer, search } = order;
  const goesOn = search !== undefined && sameKeys(search.units, wanted) ? search : undefined;
  if (goesOn !== undefined) return nextRound(order, withAnswer(goesOn, onBranch, answer));
  if (onBranch === undefined || !sameKeys(onBranch, wanted)) return { kind: 'all', answer: undefined };
  if (answer !== 'bad') return { kind: 'all', answer };
  return nextRound(order, { units: wanted, answers: [{ moved: wanted, answer }], asked: wanted });
}

/** What the checks said of the subset that was asked for, if it is the one on the branch. */
function withAnswer(
  search: SearchMark,
  onBranch: readonly ShortKey[] | undefined,
  answer: GateAnswer | undefined,
): SearchMark {
  const isAsked = onBranch !== undefined && sameKeys(onBranch, search.asked);
  const isNew = !search.answers.some(({ moved }) => sameKeys(moved, search.asked));
  if (!isAsked || !isNew || answer === undefined) return search;
  return { ...search, answers: [...search.answers, { moved: search.asked, answer }] };
}

async function nextRound({ baseUnknown }: RoundOrder, search: SearchMark): Promise<Round> {
  const known: readonly AnsweredQuestion[] = search.answers;
  const asksBase = baseUnknown || known.some(({ moved }) => moved.length === 0);
  const bisection = await bisect(
    {
      moves: search.units,
      known,
      runners: 1,
      gatesMax: nightlyLimits.searchAnswersMax - known.length,
      base: asksBase ? 'asked' : 'assumed',
      // What the checks said of one content is their answer to it.
      asksAgain: false,
    },
    (questions) => Promise.resolve(questions.map(() => undefined)),
  );
  const [question] = bisection.end.kind === 'open' ? bisection.end.questions : [];
  if (question === undefined) return { kind: 'found', bisection, search };
  return { kind: 'searching', search: { ...search, asked: question.moved } };
}
