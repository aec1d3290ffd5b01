import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VerdictKind } from '../../src/model/verdict.ts';
import { drive, makeEvidence } from '../support/judge-evidence.ts';
import { flaky, simulate, type SimulatedTest } from '../support/judge-simulator.ts';

// Each case draws from its own fixed seed, so that a run of the project has the same figures as the one before. They are
// too few to measure the rule by, and enough to see it break; `npm run bench` measures.
const cases = 1000;

/** Share of cases with each verdict, and runs a case, both sides together. */
function shares(tests: readonly SimulatedTest[], screenRuns: number) {
  const kinds: VerdictKind[] = [];
  let trials = 0;
  for (let seed = 0; seed < cases; seed += 1) {
    const suite = simulate({ tests, broken: { baseline: 0, candidate: 0 } }, seed * 7919);
    const [verdict] = drive([makeEvidence({ rule: { screenRuns } })], suite).suites;
    assert.ok(verdict);
    kinds.push(verdict.verdict.kind);
    trials += verdict.trials;
  }
  const share = (prefix: string): number => kinds.filter((kind) => kind.startsWith(prefix)).length / cases;
  return {
    promoted: share('promote'),
    held: share('hold'),
    rejected: share('reject'),
    trials: trials / cases,
  };
}

const several = (count: number, name: string, passes: number): readonly SimulatedTest[] =>
  Array.from({ length: count }, (_, index) => flaky(`${name} ${index}`, passes));

test('identical images with 15 flaky tests are hardly ever rejected and seldom held', () => {
  const { held, rejected } = shares(
    [...several(10, 'a', 0.99), ...several(4, 'b', 0.95), flaky('c', 0.8)],
    1,
  );
  assert.ok(rejected <= 0.003, `${rejected} rejected`);
  assert.ok(held <= 0.05, `${held} held`);
});

test('a test that fails on both sides never blocks, and a clean suite costs two runs', () => {
  assert.deepEqual(shares([flaky('sound', 1), flaky('failing', 0)], 1), {
    promoted: 1,
    held: 0,
    rejected: 0,
    trials: 2,
  });
});

test('a test that goes from always to never is always rejected, among flaky ones as well', () => {
  const { rejected } = shares([...several(4, 'b', 0.95), flaky('c', 0.8), flaky('broken', 1, 0)], 1);
  assert.equal(rejected, 1);
});

test('a test that goes from always to half is caught as often as the design says', () => {
  const tests = [flaky('sound', 1), flaky('half', 1, 0.5)];
  const [one, three] = [shares(tests, 1), shares(tests, 3)];
  assert.ok(one.held + one.rejected >= 0.42, `${one.held + one.rejected} with one screen`);
  assert.ok(three.held + three.rejected >= 0.75, `${three.held + three.rejected} with three`);
});
