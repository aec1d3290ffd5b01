import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultRule } from '../../model/rule.ts';
import { sampleReports } from '../../../test/support/sample-report.ts';
import { missChance, percent, rulesOf } from './blind-spot.ts';
import { reportDocument } from './document.ts';

test('one screen and six confirms miss a drop to half with 56 %, to four in five with 90 %', () => {
  assert.equal(percent(missChance(0.5, defaultRule, true)), '56\u00a0%');
  assert.equal(percent(missChance(0.8, defaultRule, true)), '90\u00a0%');
  assert.equal(percent(missChance(0.95, defaultRule, true)), '99\u00a0%');
});

test('three screens miss a drop to half with 23 %', () => {
  assert.equal(percent(missChance(0.5, { ...defaultRule, screenRuns: 3 }, true)), '23\u00a0%');
});

test('a test that never passes any more is always seen, one that always passes never', () => {
  assert.equal(missChance(0, defaultRule, true), 0);
  assert.equal(missChance(1, defaultRule, true), 1);
});

test('the chance agrees with a simulation of the rule', () => {
  const rule = { screenRuns: 2, confirmRuns: 6, exonerateRuns: 3 };
  let state = 42;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const runs = (count: number, passes: number): boolean =>
    Array.from({ length: count }, () => random() < passes).every(Boolean);
  let missed = 0;
  const rounds = 20_000;
  for (let round = 0; round < rounds; round += 1) {
    if (runs(rule.screenRuns, 0.6) || runs(rule.exonerateRuns, 0.6)) missed += 1;
  }
  assert.ok(Math.abs(missed / rounds - missChance(0.6, rule, true)) < 0.015);
});

test('where nothing can be rerun, a suspect always holds and only the screen hides a drop', () => {
  assert.equal(missChance(0.5, defaultRule, false), 0.5);
});

test('what can happen either way is never called 0 % or 100 %', () => {
  assert.equal(percent(0.001), 'under 1\u00a0%');
  assert.equal(percent(0.9999), 'over 99\u00a0%');
  assert.equal(percent(0), '0\u00a0%');
  assert.equal(percent(1), '100\u00a0%');
});

test('suites under one rule are named together', () => {
  const [only, ...others] = rulesOf(reportDocument(sampleReports.rejected()));
  assert.deepEqual(only?.suites, ['gyp', 'resolve']);
  assert.equal(others.length, 0);
});
