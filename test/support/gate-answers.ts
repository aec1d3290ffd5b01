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

/** Answers as the world does, and fails when a set is asked about more often than it may be, or more at once. */
function asker(world: World, { runners, known, asksAgain }: BisectOrder): AskGates {
  const times = new Map<string, number>();
  const count = (moved: readonly string[]): number => {
    const now = (times.get(moved.join(' ')) ?? 0) + 1;
    times.set(moved.join(' '), now);
    return now;
  };
  for (const { moved } of known) count(moved);
  return (questions) => {
    assert.ok(questions.length > 0 && questions.length <= runners, `${questions.length} at once`);
    return Promise.resolve(
      questions.map(({ moved }) => {
        assert.ok(count(moved) <= (asksAgain ? 2 : 1), `asked too often: ${moved.join(' ')}`);
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
    asksAgain: true,
    ...options,
  };
  return bisect(order, asker(world, order));
}

/** Gates that were run in the search: all but that of all moves, which came before. */
export function gatesOf({ trail }: Bisection): number {
  return trail.length - 1;
}
