import { keyOf, type Answers, type Places } from './answers.ts';

/** What every part of the search works with. */
export interface Asking {
  readonly answers: Answers;
  /** Gates that can run at the same time. */
  readonly runners: number;
}

/**
 * A part of the search: it yields sets that it needs answers for, at most as many at once as there are runners, and goes
 * on when `answers` holds them. It decides from answers alone, so the same answers lead the same way: a search that was
 * stopped is started anew with what is known, and comes to where it was without asking anything again.
 */
export type Search<Value> = Generator<readonly Places[], Value, undefined>;

/** Asks what is not known yet, and no set twice. */
export function* know({ answers, runners }: Asking, sets: readonly Places[]): Search<void> {
  const unknown = new Map<string, Places>();
  for (const set of sets) if (answers.of(set) === undefined) unknown.set(keyOf(set), set);
  yield* inBatches([...unknown.values()], runners);
}

/** Asks once more about sets whose answer is known, where that was not done yet. */
export function* knowAgain({ answers, runners }: Asking, sets: readonly Places[]): Search<void> {
  yield* inBatches(
    sets.filter((set) => answers.again(set) === undefined),
    runners,
  );
}

function* inBatches(sets: readonly Places[], runners: number): Search<void> {
  for (let at = 0; at < sets.length; at += runners) yield sets.slice(at, at + runners);
}
