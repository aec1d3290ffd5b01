import { invariant } from '../../base/invariant.ts';
import type { AnsweredQuestion, GateAnswer } from '../../model/bisection.ts';

/** Moves by their places in the order in which they were given, ascending. */
export type Places = readonly number[];

interface Known {
  readonly moved: Places;
  readonly answer: GateAnswer;
}

/** All answers so far, by the set that was asked about. */
export class Answers {
  readonly moves: readonly string[];
  readonly #base: 'good' | undefined;
  readonly #places: ReadonlyMap<string, number>;
  readonly #known = new Map<string, Known>();

  /** @param base what no moves at all are taken to be until somebody asks */
  constructor(moves: readonly string[], base: 'good' | undefined) {
    this.moves = moves;
    this.#base = base;
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

  /** The first answer counts; nothing is asked twice. */
  add(moved: Places, answer: GateAnswer): void {
    const key = keyOf(moved);
    if (!this.#known.has(key)) this.#known.set(key, { moved, answer });
  }

  /** In the order in which they came. */
  all(): readonly Known[] {
    return [...this.#known.values()];
  }

  trail(): readonly AnsweredQuestion[] {
    return this.all().map(({ moved, answer }) => ({ moved: this.names(moved), answer }));
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
