import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check, CheckState } from '../../model/check.ts';
import { compareChecks } from './compare-checks.ts';

const check = (state: CheckState): Check => ({ name: 'ci', by: 'ci', url: undefined, state });
const compare = (base: readonly Check[], baseFails: readonly string[]): string | undefined =>
  compareChecks({ branch: [check('failed')], base, required: [], baseFails }).answer;

test('a check that was seen to fail without any move is no fault of ours, until the base itself passes', () => {
  assert.equal(compare([], []), 'bad');
  assert.equal(compare([], ['ci']), 'good');
  assert.equal(compare([check('running')], ['ci']), 'good');
  assert.equal(compare([check('failed')], []), 'good');
  assert.equal(compare([check('passed')], ['ci']), 'bad');
  assert.equal(compare([check('neutral')], ['ci']), 'bad');
});
