import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitStatus } from '../base/failure.ts';
import { exitOfVerdict } from './gate-report.ts';
import { allowsPromotion, verdictKinds } from './verdict.ts';

test('only a verdict that allows the promotion ends with status 0, a hold with 4, a reject with 3', () => {
  for (const kind of verdictKinds) {
    const allowed = allowsPromotion({ kind, sentence: '', mover: 'nobody', next: '' });
    const expected = allowed
      ? exitStatus.yes
      : kind.startsWith('hold')
        ? exitStatus.notProven
        : exitStatus.no;
    assert.equal(exitOfVerdict(kind), expected, kind);
  }
});
