import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../../base/invariant.ts';
import type { PairStatus } from '../../model/finding.ts';
import { concludeStored, findingOf, storedPair, type Results } from '../../../test/support/judge-evidence.ts';
import { pairOutcome, pairTable } from './pair-table.ts';

const statuses = ['passed', 'failed', 'skipped', 'missing', 'errored'] as const;

/** Every pair, what it is found to be, and what where nothing can be run again; written apart from the code. */
const cells: readonly (readonly [PairStatus, PairStatus, string, string])[] = [
  ['passed', 'passed', 'same', 'same'],
  ['passed', 'failed', 'suspect', 'unconfirmed'],
  ['passed', 'skipped', 'lost-coverage', 'lost-coverage'],
  ['passed', 'missing', 'lost-coverage', 'lost-coverage'],
  ['passed', 'errored', 'errors-step', 'unconfirmed'],
  ['failed', 'passed', 'fixed', 'fixed'],
  ['failed', 'failed', 'still-failing', 'still-failing'],
  ['failed', 'skipped', 'lost-failing', 'lost-failing'],
  ['failed', 'missing', 'lost-failing', 'lost-failing'],
  ['failed', 'errored', 'errors-step', 'changed-failure'],
  ['skipped', 'passed', 'gained', 'gained'],
  ['skipped', 'failed', 'suspect', 'unconfirmed'],
  ['skipped', 'skipped', 'same', 'same'],
  ['skipped', 'missing', 'same', 'same'],
  ['skipped', 'errored', 'errors-step', 'unconfirmed'],
  ['missing', 'passed', 'gained', 'gained'],
  ['missing', 'failed', 'new-failing', 'new-failing'],
  ['missing', 'skipped', 'same', 'same'],
  ['missing', 'errored', 'errors-step', 'unconfirmed'],
  ['errored', 'passed', 'errors-step', 'fixed'],
  ['errored', 'failed', 'errors-step', 'infrastructure'],
  ['errored', 'skipped', 'errors-step', 'infrastructure'],
  ['errored', 'missing', 'errors-step', 'infrastructure'],
  ['errored', 'errored', 'errors-step', 'infrastructure'],
];

for (const [baseline, candidate, outcome, stored] of cells) {
  test(`${baseline} in the baseline and ${candidate} in the candidate is ${outcome}; stored, ${stored}`, () => {
    assert.equal(pairOutcome(baseline, candidate), outcome);
    const results = (status: PairStatus): Results => (status === 'missing' ? {} : { t: status });
    const verdict = concludeStored(storedPair(results(baseline), results(candidate)));
    const finding = findingOf(verdict, 't');
    assert.deepEqual([finding.kind, finding.baseline, finding.candidate], [stored, baseline, candidate]);
  });
}

test('the table has a cell for every pair of statuses, and each is tested above', () => {
  const all = statuses.flatMap((one) => statuses.map((other) => `${one} ${other}`));
  assert.deepEqual(
    Object.entries(pairTable)
      .flatMap(([one, row]) => Object.keys(row).map((other) => `${one} ${other}`))
      .toSorted(),
    all.toSorted(),
  );
  const tested = cells.map(([one, other]) => `${one} ${other}`);
  assert.deepEqual([...tested, 'missing missing'].toSorted(), all.toSorted());
});

test('a test that neither side knows cannot be paired', () => {
  assert.throws(() => pairOutcome('missing', 'missing'), InvariantError);
});

test('a failure with another signature is a changed failure; without signatures it is still failing', () => {
  const kindOf = (before: Results, after: Results): string =>
    findingOf(concludeStored(storedPair(before, after)), 't').kind;
  assert.equal(kindOf({ t: 'failed: one' }, { t: 'failed: other' }), 'changed-failure');
  assert.equal(kindOf({ t: 'failed: one' }, { t: 'failed: one' }), 'still-failing');
  assert.equal(kindOf({ t: 'failed' }, { t: 'failed: one' }), 'still-failing');
});
