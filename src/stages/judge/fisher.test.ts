import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fisher } from './fisher.ts';

const counts = (
  baselinePassed: number,
  baselineFailed: number,
  candidatePassed: number,
  candidateFailed: number,
) => ({
  baselinePassed,
  baselineFailed,
  candidatePassed,
  candidateFailed,
});

test('all reruns of the candidate failing against none of the baseline gives one over the number of ways', () => {
  const clearest = (runs: number): number => fisher(counts(runs, 0, 0, runs));
  assert.equal(clearest(3), 0.05);
  assert.equal(clearest(4), 1 / 70);
  assert.equal(clearest(5), 1 / 252);
  assert.equal(clearest(6), 1 / 924);
});

test('the tea-tasting lady of Fisher: three of four right is no proof', () => {
  assert.equal(fisher(counts(3, 1, 1, 3)), 17 / 70);
});

test('sides that fail alike, or the baseline more often, are no sign of a regression', () => {
  assert.ok(fisher(counts(3, 3, 3, 3)) > 0.5);
  assert.equal(fisher(counts(0, 6, 6, 0)), 1);
  assert.equal(fisher(counts(6, 0, 6, 0)), 1);
});

test('a side without runs proves nothing', () => {
  assert.equal(fisher(counts(0, 0, 0, 6)), 1);
  assert.equal(fisher(counts(0, 0, 0, 0)), 1);
});

test('sides may have run unequally often', () => {
  assert.equal(fisher(counts(2, 0, 0, 6)), 1 / 28);
});
