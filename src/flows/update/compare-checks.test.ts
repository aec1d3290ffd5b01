import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptNames, noCheckNames } from '../../model/check-names.ts';
import type { Check, CheckState } from '../../model/check.ts';
import { compareChecks } from './compare-checks.ts';

const check = (state: CheckState): Check => ({ name: 'ci', by: 'ci', url: undefined, state });
const none = {
  outer: [],
  base: [],
  required: { kind: 'named', names: [] },
  baseFails: noCheckNames,
  search: undefined,
} as const;
const compare = (base: readonly Check[], baseFails: readonly string[]): string | undefined =>
  compareChecks({ ...none, branch: [check('failed')], base, baseFails: keptNames(baseFails, 9) }).answer;

test('a check that was seen to fail without any move is no fault of ours, until the base itself passes', () => {
  assert.equal(compare([], []), 'bad');
  assert.equal(compare([], ['ci']), 'good');
  assert.equal(compare([check('running')], ['ci']), 'good');
  assert.equal(compare([check('failed')], []), 'good');
  assert.equal(compare([check('passed')], ['ci']), 'bad');
  assert.equal(compare([check('neutral')], ['ci']), 'bad');
});

test('of checks with one name as many fail by our moves as fail beyond those of the base', () => {
  const of = (branch: readonly CheckState[], base: readonly CheckState[], baseFails = 0) => {
    const { answer, failed, failedOnBase, unknownOnBase } = compareChecks({
      ...none,
      branch: branch.map(check),
      base: base.map(check),
      baseFails: keptNames(
        Array.from({ length: baseFails }, () => 'ci'),
        9,
      ),
    });
    return [answer, failed.length, failedOnBase.length, unknownOnBase.length];
  };
  assert.deepEqual(of(['failed', 'passed'], ['failed', 'passed']), ['good', 0, 1, 0]);
  assert.deepEqual(of(['passed', 'failed'], ['passed', 'failed']), ['good', 0, 1, 0]);
  assert.deepEqual(
    of(['failed', 'failed'], ['failed']),
    ['good', 0, 2, 0],
    'one workflow, started by two events',
  );
  assert.deepEqual(
    of(['failed', 'failed'], ['failed', 'passed']),
    ['bad', 1, 1, 1],
    'the base is to be asked',
  );
  assert.deepEqual(of(['failed', 'failed'], ['failed', 'passed'], 2), ['good', 0, 2, 0], 'it was');
  assert.deepEqual(of(['failed', 'failed'], ['failed', 'passed'], 1), ['bad', 1, 1, 1]);
  assert.deepEqual(of(['failed'], ['passed', 'running']), ['bad', 1, 0, 1]);
  assert.deepEqual(of(['failed'], ['passed', 'neutral'], 1), ['bad', 1, 0, 0]);
});

test('a check that a search is about acquits nobody by its silence, unless the base passes it and other moves fail it', () => {
  const lint: Check = { ...check('passed'), name: 'lint' };
  const answer = (isOverdue: boolean, isPart: boolean, base: readonly Check[], branch = [lint]) =>
    compareChecks({ ...none, branch, base, search: { failing: keptNames(['ci'], 1), isPart, isOverdue } })
      .answer;
  assert.equal(answer(false, true, []), undefined, 'it may come yet');
  assert.equal(answer(true, true, []), 'unsure');
  assert.equal(answer(true, true, [check('passed')]), 'good');
  assert.equal(answer(true, false, [check('passed')]), 'unsure', 'these very moves failed it');
  assert.equal(answer(true, true, [], []), 'unsure', 'nothing runs on it at all');
  assert.equal(answer(true, true, [], [lint, check('running')]), undefined);
  assert.equal(answer(true, true, [], [lint, check('passed')]), 'good');
  assert.equal(answer(true, true, [], [lint, check('failed')]), 'bad');
});

test('a required check that has not reported is waited for, but for our own; where a whole pipeline is asked for, an outer loop is no answer in its place', () => {
  const passed = [check('passed')];
  const named = (...names: readonly string[]): string | undefined =>
    compareChecks({ ...none, branch: passed, required: { kind: 'named', names } }).answer;
  assert.deepEqual(
    [named('ci'), named('ci', 'lint'), named('lockkeeper: update')],
    ['good', undefined, 'good'],
  );
  const every = { ...none, required: { kind: 'every' } } as const;
  const waits = compareChecks({ ...every, branch: [], outer: passed });
  assert.deepEqual([waits.answer, waits.absent], [undefined, ['the pipeline']]);
  assert.equal(compareChecks({ ...every, branch: passed, outer: [] }).answer, 'good');
  assert.equal(compareChecks({ ...none, branch: [], outer: passed }).answer, 'good');
});

test('where more checks failed than are remembered, nothing is good by silence, whatever the base says', () => {
  const answer = (isOverdue: boolean, isPart: boolean, branch = [check('passed')]) =>
    compareChecks({
      ...none,
      branch,
      base: [check('passed'), { ...check('passed'), name: 'lint' }],
      search: { failing: keptNames(['ci', 'lint'], 1), isPart, isOverdue },
    }).answer;
  assert.equal(answer(false, true), undefined);
  assert.deepEqual([answer(true, true), answer(true, false)], ['unsure', 'unsure']);
  assert.equal(answer(true, true, [check('failed')]), 'bad');
});

test('where more checks fail without any move than are remembered, the others neither convict nor pass', () => {
  const baseFails = keptNames(['lint', 'ci'], 1);
  const compared = (base: readonly Check[]) =>
    compareChecks({ ...none, branch: [check('failed')], base, baseFails });
  assert.deepEqual([compared([]).answer, compared([]).unclear.length], ['unsure', 1]);
  assert.deepEqual(compared([]).unknownOnBase, [], 'asking the base again would not tell');
  assert.equal(compared([check('passed')]).answer, 'bad', 'the base itself tells');
});
