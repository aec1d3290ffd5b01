import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence } from '../../model/evidence.ts';
import { runItself } from '../../model/observation.ts';
import { makeEvidence } from '../../../test/support/judge-evidence.ts';
import { drawsFor, forecast, type Unsteady } from './forecast.ts';

const evidence: Evidence = makeEvidence({});
const seen = (counts: Partial<Unsteady>): Unsteady => ({
  test: 't',
  passed: 0,
  failed: 0,
  errored: 0,
  skipped: 0,
  missing: 0,
  contradicted: 0,
  mustPass: false,
  ...counts,
});
const fails = (...rates: readonly number[]): readonly Unsteady[] =>
  rates.map((rate, index) => seen({ test: `t${index}`, passed: 100 - 100 * rate, failed: 100 * rate }));
const of = (unsteady: readonly Unsteady[], screen = 1, broken = 0) =>
  forecast({ evidence, unsteady, steady: 50, broken, draws: 600, seed: 7 }, screen);

test('a suite without a flaky test is never stopped by chance, runs twice, and one screen catches what the design says', () => {
  const { alone, withLedger, runs, caught } = of([]);
  assert.deepEqual([alone, withLedger, runs], [{ held: 0, rejected: 0 }, { held: 0, rejected: 0 }, 2]);
  assert.ok(caught >= 0.4 && caught < 0.5, String(caught));
});

test('three screens catch more, and hold more by chance', () => {
  const flaky = fails(0.05, 0.05, 0.2, 0.2, 0.2);
  const [one, three] = [of(flaky, 1), of(flaky, 3)];
  assert.ok(three.caught > one.caught + 0.2, `${one.caught} and ${three.caught}`);
  assert.ok(
    three.alone.held > one.alone.held && one.alone.held > 0,
    `${one.alone.held}, ${three.alone.held}`,
  );
  assert.ok(three.runs > one.runs);
});

test('what the ledger knows is hardly ever held', () => {
  const { alone, withLedger } = of(fails(0.1, 0.1, 0.2, 0.2));
  assert.ok(alone.held > 0.01, String(alone.held));
  assert.ok(withLedger.held <= 0.005, String(withLedger.held));
});

test('tests that come and go reject by chance, and no ledger helps', () => {
  const { alone, withLedger } = of([seen({ passed: 50, missing: 50 })]);
  for (const { rejected } of [alone, withLedger])
    assert.ok(rejected > 0.2 && rejected < 0.3, String(rejected));
});

test('a flaky test that must pass rejects by chance', () => {
  const [flaky] = fails(0.6);
  assert.ok(flaky);
  assert.ok(of([{ ...flaky, mustPass: true }]).withLedger.rejected > 0.3);
});

test('runs that break now and then hold by chance', () => {
  const { alone } = of([], 1, 0.2);
  assert.ok(alone.held > 0.01 && alone.held < 0.5, String(alone.held));
});

test('a run that ends badly at times is a flaky test of its own', () => {
  const { alone } = of([seen({ test: runItself, passed: 70, failed: 30 })]);
  assert.ok(alone.held > 0.01, String(alone.held));
});

test('the same seed has the same figures', () => {
  assert.deepEqual(of(fails(0.3)), of(fails(0.3)));
});

test('gates of a suite with many unsteady tests are drawn less often, and never too seldom', () => {
  assert.deepEqual([drawsFor(0), drawsFor(98), drawsFor(100_000)], [2000, 400, 200]);
});
