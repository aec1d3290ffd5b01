import assert from 'node:assert/strict';
import { unreachable } from '../../src/base/invariant.ts';
import { nothingKnown } from '../../src/model/evidence.ts';
import { asTestId } from '../../src/model/observation.ts';
import { drive, makeEvidence } from './judge-evidence.ts';
import { drawn, flaky, simulate, type SimulatedTest } from './judge-simulator.ts';

/** The cells of the judge's operating characteristics: what is simulated, and by which rule it is judged. */

export const rules = [
  'one screen',
  'three screens',
  'one screen, with a ledger',
  'all must pass',
  'one against one',
  'candidate tried five times',
] as const;
export type RuleName = (typeof rules)[number];

export interface Scenario {
  readonly name: string;
  /** How often each test passes, on the baseline and on the candidate. */
  readonly tests: readonly (readonly [baseline: number, candidate: number])[];
}

/** Of so many judgements, how many rejected, held, and how many runs of the suite they took together. */
export interface Tally {
  readonly rejected: number;
  readonly held: number;
  readonly runs: number;
}

const same = (count: number, passes: number): Scenario['tests'] =>
  Array.from({ length: count }, () => [passes, passes] as const);
const sound = same(5, 1);
const drop = (to: number): Scenario['tests'] => [...sound, [1, to]];

const flakyCounts = [0, 5, 15, 30] as const;
const dropsTo = [0, 0.2, 0.5, 0.8, 0.95] as const;

/** Ten tests of fifteen pass 99 times in 100, four 95 times, one 80 times; more or fewer in these shares. */
function identical(count: number): Scenario {
  const [often, seldom] = [Math.round((count * 4) / 15), Math.round(count / 15)];
  const mild = same(count - often - seldom, 0.99);
  return {
    name: `identical, ${count} flaky`,
    tests: [...sound, ...mild, ...same(often, 0.95), ...same(seldom, 0.8)],
  };
}

export const scenarios: readonly Scenario[] = [
  ...flakyCounts.map(identical),
  { name: 'fails on both', tests: [...sound, [0, 0]] },
  ...dropsTo.map((to) => ({ name: `drops to ${to}`, tests: drop(to) })),
];

/** @param trials judgements, each from a seed of its own that follows from `seed` and its number */
export function measure(scenario: Scenario, rule: RuleName, trials: number, seed: number): Tally {
  const tests = scenario.tests.map(([baseline, candidate], index) =>
    flaky(`test ${index}`, baseline, candidate),
  );
  let [rejected, held, runs] = [0, 0, 0];
  for (let trial = 0; trial < trials; trial += 1) {
    const own = Math.floor(drawn(seed, scenario.name, String(trial)) * 2 ** 32);
    const one = judgeOnce(tests, rule, own);
    if (one.verdict === 'reject') rejected += 1;
    else if (one.verdict === 'hold') held += 1;
    runs += one.runs;
  }
  return { rejected, held, runs };
}

interface Judgement {
  readonly verdict: 'promote' | 'hold' | 'reject';
  readonly runs: number;
}

function judgeOnce(tests: readonly SimulatedTest[], rule: RuleName, seed: number): Judgement {
  switch (rule) {
    case 'one screen':
      return byTheJudge(tests, seed, 1, false);
    case 'three screens':
      return byTheJudge(tests, seed, 3, false);
    case 'one screen, with a ledger':
      return byTheJudge(tests, seed, 1, true);
    case 'all must pass':
      return blockedIf(
        anyTest(tests, (test) => fails(test, 'candidate', 1, seed)),
        1,
      );
    case 'one against one':
      return blockedIf(
        anyTest(tests, (test) => !fails(test, 'baseline', 1, seed) && fails(test, 'candidate', 1, seed)),
        2,
      );
    case 'candidate tried five times':
      return triedAgain(tests, seed);
    default:
      return unreachable(rule);
  }
}

/** The code that ships, over runs that the simulator makes up. */
function byTheJudge(
  tests: readonly SimulatedTest[],
  seed: number,
  screenRuns: number,
  hasLedger: boolean,
): Judgement {
  const suite = simulate({ tests, broken: { baseline: 0, candidate: 0 } }, seed);
  const unsteady = tests.filter(({ baseline }) => {
    const failed = baseline.failed ?? 0;
    return failed > 0 && failed < 1;
  });
  const known = { ...nothingKnown, flaky: hasLedger ? unsteady.map(({ name }) => asTestId(name)) : [] };
  const [judged] = drive([makeEvidence({ rule: { screenRuns }, known })], suite).suites;
  assert.ok(judged);
  const { kind } = judged.verdict;
  const verdict = kind.startsWith('promote') ? 'promote' : kind.startsWith('hold') ? 'hold' : 'reject';
  return { verdict, runs: judged.trials };
}

/** Tests that failed are run again, and one pass of five tries is enough. */
function triedAgain(tests: readonly SimulatedTest[], seed: number): Judgement {
  let left = tests;
  for (let tried = 1; ; tried += 1) {
    left = left.filter((test) => fails(test, 'candidate', tried, seed));
    if (left.length === 0 || tried === 5) return blockedIf(left.length > 0, tried);
  }
}

function anyTest(tests: readonly SimulatedTest[], holds: (test: SimulatedTest) => boolean): boolean {
  return tests.some(holds);
}

/** The plain rules draw as the simulator does, each run from its own name. */
function fails(test: SimulatedTest, side: 'baseline' | 'candidate', round: number, seed: number): boolean {
  return drawn(seed, `plain ${side} ${round}`, test.name) < (test[side].failed ?? 0);
}

function blockedIf(isBlocked: boolean, runs: number): Judgement {
  return { verdict: isBlocked ? 'reject' : 'promote', runs };
}
