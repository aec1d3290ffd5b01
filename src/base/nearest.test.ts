import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './nearest.ts';

test('a missing, doubled or swapped letter finds the known word', () => {
  const known = ['suites', 'images', 'gate', 'baseline'];
  assert.equal(nearest('sutes', known), 'suites');
  assert.equal(nearest('imagse', known), 'images');
  assert.equal(nearest('gatee', known), 'gate');
  assert.equal(nearest('Baseline', known), 'baseline');
});

test('a word that is like none finds nothing', () => {
  assert.equal(nearest('promotion', ['suites', 'gate']), undefined);
  assert.equal(nearest('', ['gate']), undefined);
});
