import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  driveOne,
  findingOf,
  kindsOf,
  type MadeRun,
  type Results,
} from '../../../test/support/judge-evidence.ts';
import { runItself } from '../../model/observation.ts';
import type { SuiteVerdict } from '../../model/verdict.ts';

const good: Results = { a: 'passed', b: 'passed' };
const bad: Results = { a: 'passed', b: 'failed: boom' };
const ends = (status: number, results: Results): MadeRun => ({ results, end: { kind: 'exited', status } });

function gated(baseline: MadeRun, candidate: MadeRun): SuiteVerdict {
  return driveOne(({ side }) => (side === 'baseline' ? baseline : candidate));
}

test('another status, though failing tests explain either, is shown', () => {
  for (const status of [0, 2]) {
    const verdict = gated(ends(1, { ...bad, c: 'failed' }), ends(status, { ...bad, c: 'failed' }));
    assert.equal(verdict.verdict.kind, 'promote');
    if (status === 2) continue;
    assert.equal(findingOf(verdict, runItself).kind, 'changed-failure');
    assert.match(findingOf(verdict, runItself).because, /with status 1 in the baseline and with status 0/);
  }
});

test('a status that counts the failing tests may differ as they do', () => {
  const verdict = gated(ends(2, { ...bad, c: 'failed' }), ends(1, { ...bad, c: 'passed' }));
  assert.equal(kindsOf(verdict)[runItself], undefined);
});

test('a candidate that a signal kills has regressed, though tests fail on both sides', () => {
  const verdict = gated(ends(1, bad), ends(139, bad));
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.match(findingOf(verdict, runItself).candidateDetail ?? '', /signal 11/);
});

test('what a signal kills on both sides is still failing', () => {
  assert.equal(kindsOf(gated(ends(139, bad), ends(139, bad)))[runItself], 'still-failing');
});

test('a status that nothing explains on either side is still failing, and the tests are compared one by one', () => {
  const verdict = gated(ends(1, good), ends(1, good));
  assert.deepEqual([verdict.verdict.kind, kindsOf(verdict)[runItself]], ['promote', 'still-failing']);
  assert.equal(kindsOf(gated(ends(1, good), ends(2, good)))[runItself], 'changed-failure');
});
