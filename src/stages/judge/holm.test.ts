import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultRule } from '../../model/rule.ts';
import { fisher } from './fisher.ts';
import { holmCapacity, holmThreshold } from './holm.ts';

const clearest = (runs: number): number =>
  fisher({ baselinePassed: runs, baselineFailed: 0, candidatePassed: 0, candidateFailed: runs });
const convicts = (p: number, suspects: number, convicted = 0): boolean =>
  holmThreshold([p], { suspects, convicted, alpha: 0.05 }) !== undefined;

test('three failures convict one suspect, four up to 3, five up to 12, six up to 46', () => {
  for (const [runs, suspects] of [
    [3, 1],
    [4, 3],
    [5, 12],
    [6, 46],
  ] as const) {
    assert.ok(convicts(clearest(runs), suspects), `${runs} failures, ${suspects} suspects`);
    assert.ok(!convicts(clearest(runs), suspects + 1), `${runs} failures, ${suspects + 1} suspects`);
  }
});

test('the set may hold as many suspects as its reruns can convict', () => {
  assert.equal(holmCapacity(defaultRule), 46);
  assert.equal(holmCapacity({ ...defaultRule, confirmRuns: 3 }), 1);
  assert.equal(holmCapacity({ ...defaultRule, confirmRuns: 2 }), 0);
});

test('each conviction makes the next easier, and the first that fails ends it', () => {
  const all = { suspects: 4, convicted: 0, alpha: 0.05 };
  assert.equal(holmThreshold([0.012, 0.016, 0.024, 0.05], all), 0.05);
  assert.equal(holmThreshold([0.05, 0.012, 0.024, 0.016], all), 0.05);
  assert.equal(holmThreshold([0.012, 0.018, 0.001, 0.001], all), 0.018);
  assert.equal(holmThreshold([0.013, 0.014], all), undefined);
  assert.equal(holmThreshold([0.012, 0.03, 0.001], all), 0.012);
});

test('what was convicted before keeps its place', () => {
  assert.ok(!convicts(clearest(4), 5));
  assert.ok(convicts(clearest(4), 5, 2));
});

test('suspects that fail alike are convicted together', () => {
  const p = clearest(4);
  assert.equal(holmThreshold([p, p, p], { suspects: 3, convicted: 0, alpha: 0.05 }), p);
});
