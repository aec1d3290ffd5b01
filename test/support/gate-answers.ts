import assert from 'node:assert/strict';
import type { AnsweredQuestion, Bisection, GateAnswer } from '../../src/model/bisection.ts';
import { bisect, type AskGates, type BisectOrder } from '../../src/stages/bisect/bisect.ts';

/** What a gate of exactly these moves would say. */
export type World = (moved: ReadonlySet<string>) => GateAnswer;

export function movesNamed(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `m${index}`);
}

/** Bad as soon as all moves of one of these sets are there. */
export function badWhen(...sets: readonly (readonly string[])[]): World {
  return (moved) => (sets.some((set) => set.every((move) => moved.has(move))) ? 'bad' : 'good');
}

/** Answers as the world does, and fails when a set is asked about twice, or more at once than may be. */
function asker(world: World, { runners, known }: Pick<BisectOrder, 'runners' | 'known'>): AskGates {
  const asked = new Set(known.map(({ moved }) => moved.join(' ')));
  return (questions) => {
    assert.ok(questions.length > 0 && questions.length <= runners, `${questions.length} at once`);
    return Promise.resolve(
      questions.map(({ moved }) => {
        const key = moved.join(' ');
        assert.ok(!asked.has(key), `asked twice: ${key}`);
        asked.add(key);
        return world(new Set(moved));
      }),
    );
  };
}

/** After the gate of all moves, which was not good. */
export function search(
  moves: readonly string[],
  world: World,
  options: Partial<BisectOrder> = {},
): Promise<Bisection> {
  const first: AnsweredQuestion = { moved: moves, answer: world(new Set(moves)) };
  const order: BisectOrder = {
    moves,
    known: [first],
    runners: 1,
    gatesMax: 10_000,
    base: 'assumed',
    ...options,
  };
  return bisect(order, asker(world, order));
}

/** Gates that were run in the search: all but that of all moves, which came before. */
export function gatesOf({ trail }: Bisection): number {
  return trail.length - 1;
}
