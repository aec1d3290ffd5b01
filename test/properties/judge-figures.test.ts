import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFigures, shareOf } from '../../tools/reference/judge-figures.ts';
import { measure, rules, scenarios } from '../support/judge-cells.ts';

const figures = readFigures();

test('the published figures are those of the judge as it is: their first judgements come out the same', () => {
  const measured = scenarios.flatMap((scenario) =>
    rules.map((rule) => ({
      scenario: scenario.name,
      rule,
      first: measure(scenario, rule, figures.firstTrials, figures.seed),
    })),
  );
  assert.deepEqual(
    figures.cells.map(({ scenario, rule, first }) => ({ scenario, rule, first })),
    measured,
    'the judge decides otherwise now; run node test/bench/measure-judge.ts, then npm run docs',
  );
});

test('the published figures reach what the design asks for, over 20,000 judgements a cell', () => {
  assert.equal(figures.trials, 20_000);
  const identical = shareOf(figures, 'identical, 15 flaky', 'one screen');
  assert.ok(identical.rejected <= 0.003, `${identical.rejected} rejected`);
  assert.ok(identical.held <= 0.05, `${identical.held} held`);
  assert.ok(shareOf(figures, 'identical, 15 flaky', 'one screen, with a ledger').held <= 0.001);
  assert.equal(shareOf(figures, 'fails on both', 'one screen').blocked, 0);
  assert.equal(shareOf(figures, 'drops to 0', 'one screen').rejected, 1);
  assert.ok(shareOf(figures, 'drops to 0.5', 'one screen').blocked >= 0.42);
  assert.ok(shareOf(figures, 'drops to 0.5', 'three screens').blocked >= 0.75);
  assert.equal(shareOf(figures, 'identical, 0 flaky', 'one screen').runs, 2);
});
