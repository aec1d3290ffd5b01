import assert from 'node:assert/strict';
import { answerOfVerdict, type GateAnswer } from '../../src/model/bisection.ts';
import { bisect } from '../../src/stages/bisect/bisect.ts';
import { movesNamed } from './gate-answers.ts';
import { drive, makeEvidence } from './judge-evidence.ts';
import { drawn, flaky, simulate, type SimulatedTest } from './judge-simulator.ts';

/** A nightly update of images by a suite that fails now and then; all images are as good as before, or all but one. */
export interface NightPlan {
  readonly moves: number;
  /** Tests of the suite, and how often each fails, on either side. */
  readonly tests: number;
  readonly fails: number;
  /** `judge`: what ships. `one run`: the suite has to pass once, as `git bisect run` has it. */
  readonly gate: 'judge' | 'one run';
  /** With this move, one more test always fails; undefined: no move is bad. */
  readonly culprit: string | undefined;
}

export interface Nights {
  /** Nights in which a move was convicted that is not bad. */
  readonly wronged: number;
  /** Nights in which the one that is bad was convicted. */
  readonly caught: number;
  /** Nights in which the gate of all moves was not good, so that a search began. */
  readonly searched: number;
  /** Moves that did not go in, over all nights, though they are good. */
  readonly leftOut: number;
  readonly gates: number;
}

export async function simulateNights(plan: NightPlan, nights: number, seed: number): Promise<Nights> {
  const moves = movesNamed(plan.moves);
  let [wronged, caught, searched, leftOut, gates] = [0, 0, 0, 0, 0];
  for (let night = 0; night < nights; night += 1) {
    const gate = plan.gate === 'judge' ? judged : onePass;
    const asked = new Map<string, number>();
    // A second gate of the same moves is another one.
    const seedOf = (moved: readonly string[]): number => {
      const key = moved.join(' ');
      const times = asked.get(key) ?? 0;
      asked.set(key, times + 1);
      const again = times === 0 ? [] : [`again ${times}`];
      return Math.floor(drawn(seed, `night ${night}`, key, ...again) * 2 ** 32);
    };
    const found = await bisect(
      { moves, known: [], runners: 1, gatesMax: 500, base: 'assumed', asksAgain: true },
      (questions) => Promise.resolve(questions.map(({ moved }) => gate(testsOf(plan, moved), seedOf(moved)))),
    );
    const convicted = found.culprits.flatMap((each) => each.leftOut);
    if (convicted.some((move) => move !== plan.culprit)) wronged += 1;
    if (plan.culprit !== undefined && convicted.includes(plan.culprit)) caught += 1;
    if (found.trail.length > 1) searched += 1;
    leftOut += moves.filter((move) => move !== plan.culprit && !found.good.includes(move)).length;
    gates += found.trail.length;
  }
  return { wronged, caught, searched, leftOut, gates };
}

function testsOf({ tests, fails, culprit }: NightPlan, moved: readonly string[]): readonly SimulatedTest[] {
  const unsteady = Array.from({ length: tests }, (_, index) => flaky(`test ${index}`, 1 - fails));
  const isBad = culprit !== undefined && moved.includes(culprit);
  return [...unsteady, flaky('steady', 1, isBad ? 0 : 1)];
}

/** The judge that ships, over runs that the simulator makes up. */
function judged(tests: readonly SimulatedTest[], seed: number): GateAnswer {
  const suite = simulate({ tests, broken: { baseline: 0, candidate: 0 } }, seed);
  const [verdict] = drive([makeEvidence()], suite).suites;
  assert.ok(verdict);
  return answerOfVerdict(verdict.verdict.kind);
}

function onePass(tests: readonly SimulatedTest[], seed: number): GateAnswer {
  const isBad = tests.some(({ name, candidate }) => drawn(seed, name) < (candidate.failed ?? 0));
  return isBad ? 'bad' : 'good';
}
