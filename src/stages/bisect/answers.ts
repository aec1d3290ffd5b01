import { invariant } from '../../base/invariant.ts';
import type { AnsweredQuestion, GateAnswer } from '../../model/bisection.ts';

/** Moves by their places in the order in which they were given, ascending. */
export type Places = readonly number[];

interface Known {
  readonly moved: Places;
  readonly answer: GateAnswer;
}

interface AnswersOrder {
  readonly moves: readonly string[];
  readonly base: 'assumed' | 'asked';
  readonly asksAgain: boolean;
}

/** What gates said of one set: at first, and when it was asked about again. */
interface Said extends Known {
  readonly again?: GateAnswer;
}

/** All answers so far, by the set that was asked about. */
export class Answers {
  readonly moves: readonly string[];
  /** Whether a set can be gated twice; where it cannot, its one answer has to do. */
  readonly asksAgain: boolean;
  /** What no moves at all are taken to be until somebody asks. */
  readonly #base: 'good' | undefined;
  readonly #places: ReadonlyMap<string, number>;
  readonly #known = new Map<string, Said>();
  readonly #trail: Known[] = [];

  constructor({ moves, base, asksAgain }: AnswersOrder) {
    this.moves = moves;
    this.asksAgain = asksAgain;
    this.#base = base === 'assumed' ? 'good' : undefined;
    this.#places = new Map(moves.map((move, place) => [move, place]));
    invariant(this.#places.size === moves.length, 'moves are told apart by their names');
  }

  of(moved: Places): GateAnswer | undefined {
    const known = this.#known.get(keyOf(moved))?.answer;
    return known ?? (moved.length === 0 ? this.#base : undefined);
  }

  isGood(moved: Places): boolean {
    return this.of(moved) === 'good';
  }

  isBad(moved: Places): boolean {
    return this.of(moved) === 'bad';
  }

  /** The answer of a second gate of the same set. What is taken for granted needs none. */
  again(moved: Places): GateAnswer | undefined {
    const said = this.#known.get(keyOf(moved));
    return said === undefined && moved.length === 0 ? this.#base : said?.again;
  }

  /** The search goes by the first answer; a second one confirms it or not; more are left aside. */
  add(moved: Places, answer: GateAnswer): void {
    const key = keyOf(moved);
    const said = this.#known.get(key);
    if (said?.again !== undefined) return;
    this.#known.set(key, said === undefined ? { moved, answer } : { ...said, again: answer });
    this.#trail.push({ moved, answer });
  }

  /** First answers, in the order in which they came. */
  all(): readonly Known[] {
    return [...this.#known.values()];
  }

  trail(): readonly AnsweredQuestion[] {
    return this.#trail.map(({ moved, answer }) => ({ moved: this.names(moved), answer }));
  }

  names(moved: Places): readonly string[] {
    return moved.map((place) => {
      const name = this.moves[place];
      invariant(name !== undefined, 'a place among the moves');
      return name;
    });
  }

  /** Undefined when one of the names is none of the moves: the question belongs to another search. */
  placesOf(names: readonly string[]): Places | undefined {
    const places = names.map((name) => this.#places.get(name));
    const known = places.filter((place) => place !== undefined);
    return known.length === places.length ? ordered(new Set(known)) : undefined;
  }
}

export function ordered(places: Iterable<number>): Places {
  return [...places].toSorted((left, right) => left - right);
}

export function together(some: Places, others: Places): Places {
  return ordered(new Set([...some, ...others]));
}

export function without(places: Places, gone: Places): Places {
  const set = new Set(gone);
  return places.filter((place) => !set.has(place));
}

export function keyOf(moved: Places): string {
  return moved.join(',');
}
