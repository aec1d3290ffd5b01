import { invariant } from '../../base/invariant.ts';
import { digestPlace } from '../../model/digest-place.ts';
import { unitKey, type Move, type MoveUnit } from '../../model/move.ts';
import type { Plan, PlanEntry } from '../../model/plan.ts';
import { formatReference } from '../../model/reference.ts';
import type { PlanAnswers } from './plan.ts';

/**
 * The moves of a plan, in the groups that have to stay together: all moves of one name; one pair of digests, under however
 * many tags and names; and names that share bytes of a file.
 */
export function unitsOf(plan: Plan, { kinship }: Pick<PlanAnswers, 'kinship'>): readonly MoveUnit[] {
  const moves = movesOf(plan, kinship);
  const groups = new Groups(moves.length);
  const first = new Map<string, number>();
  moves.forEach((move, index) => {
    for (const bond of bondsOf(move)) {
      const other = first.get(bond);
      if (other === undefined) first.set(bond, index);
      else groups.join(other, index);
    }
  });
  const units = Map.groupBy(moves.keys(), (index) => groups.rootOf(index));
  return [...units.values()].map((indices) => {
    const [head, ...others] = indices.flatMap((index) => moves[index] ?? []);
    invariant(head !== undefined, 'a group has members');
    return { key: unitKey([head, ...others]), moves: [head, ...others] };
  });
}

function movesOf(plan: Plan, kinship: PlanAnswers['kinship']): readonly Move[] {
  const moving = Map.groupBy(plan.entries.flatMap(withMove), ({ key }) => key);
  return [...moving.values()].flatMap((group) => {
    const [head] = group;
    if (head === undefined) return [];
    const { from, to, backwards, follows } = head;
    const dead = kinship(follows, from)?.kind === 'dead';
    return [{ name: follows, from, to, backwards, dead, entries: group.map(({ entry }) => entry) }];
  });
}

function withMove(entry: PlanEntry): readonly (Pick<Move, 'from' | 'to' | 'backwards'> & MoveOfEntry)[] {
  const { decision, follows } = entry;
  if (decision.kind !== 'move' || follows === undefined) return [];
  const { from, to, backwards } = decision;
  return [{ entry, follows, from, to, backwards, key: `${formatReference(follows)} ${from} ${to}` }];
}

interface MoveOfEntry {
  readonly entry: PlanEntry;
  readonly follows: Move['name'];
  readonly key: string;
}

/** Two moves with a bond in common go together. */
function bondsOf({ name, from, to, entries }: Move): readonly string[] {
  const places = entries.map(({ mention }) => {
    const place = digestPlace(mention);
    const { file, start } = place.kind === 'none' ? mention.place : place.part.place;
    return `at ${start} ${file}`;
  });
  return [`name ${formatReference(name)}`, `digests ${from} ${to}`, ...places];
}

/** Sets that grow together (union and find, with the path halved on the way). */
class Groups {
  readonly #above: number[];

  constructor(count: number) {
    this.#above = Array.from({ length: count }, (_, index) => index);
  }

  rootOf(index: number): number {
    let at = index;
    for (;;) {
      const above = this.#above[at] ?? at;
      if (above === at) return at;
      const next = this.#above[above] ?? above;
      this.#above[at] = next;
      at = next;
    }
  }

  /** The root that stood first stays one, so that the order does not depend on what was joined when. */
  join(left: number, right: number): void {
    const [one, other] = [this.rootOf(left), this.rootOf(right)];
    this.#above[Math.max(one, other)] = Math.min(one, other);
  }
}
