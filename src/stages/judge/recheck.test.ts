import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  concludeStored,
  driveOne,
  findingOf,
  storedPair,
  type MadeSuite,
  type Results,
} from '../../../test/support/judge-evidence.ts';
import type { SuiteVerdict } from '../../model/verdict.ts';

const names = (count: number, of: string): Results =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${of}${index}`, 'passed']));

/** The runs that were asked for, and the verdict. */
function judged(
  suite: MadeSuite,
  parts: Parameters<typeof driveOne>[1] = {},
): { readonly asked: readonly string[]; readonly verdict: SuiteVerdict } {
  const asked: string[] = [];
  const verdict = driveOne((request, evidence) => {
    asked.push(`${request.step} ${request.side} ${request.round}`);
    return suite(request, evidence);
  }, parts);
  return { asked, verdict };
}

test('a suite that runs other tests each time is held, on identical images as on others, and its author is asked', () => {
  const { asked, verdict } = judged(({ side, round }) => ({ results: names(20, `${side} ${round} `) }));
  assert.deepEqual(asked, ['screen baseline 1', 'screen candidate 1', 'screen baseline 2']);
  const { kind, sentence, mover } = verdict.verdict;
  assert.deepEqual([kind, mover], ['hold: no evidence', 'test author']);
  assert.equal(
    sentence,
    'the suite does not run the same tests each time: of 20 tests that ran in the baseline, 20 were not there when it ran again',
  );
});

test('a test of many that the baseline does not run each time is not lost, and is shown', () => {
  const steady = names(30, 's');
  const { verdict } = judged(({ side, round }) => ({
    results: { ...steady, [`${side} ${round}`]: 'passed' },
  }));
  assert.equal(verdict.verdict.kind, 'promote');
  const finding = findingOf(verdict, 'baseline 1');
  assert.equal(finding.kind, 'flaky-on-both');
  assert.match(finding.because, /not each time in the baseline either/);
});

test('tests that the baseline runs each time are lost, however many others came or go', () => {
  const steady = names(30, 's');
  const lasting: MadeSuite = ({ side }) => ({
    results: side === 'baseline' ? { ...steady, old: 'passed' } : { ...steady, new: 'passed' },
  });
  const { asked, verdict } = judged(lasting);
  assert.deepEqual([asked.at(-1), verdict.verdict.kind], ['screen baseline 2', 'reject: regression']);
  const mixed: MadeSuite = ({ side, round }) => ({
    results: { ...steady, ...(side === 'baseline' ? { old: 'passed' } : {}), [`${side} ${round}`]: 'passed' },
  });
  const { verdict: rejected } = judged(mixed);
  assert.equal(rejected.verdict.kind, 'reject: regression');
  assert.deepEqual(
    [findingOf(rejected, 'old').kind, findingOf(rejected, 'baseline 1').kind],
    ['lost-coverage', 'flaky-on-both'],
  );
});

test('where tests are only lost, or only gained, the baseline is not run again', () => {
  const some = names(5, 's');
  const more = { ...some, more: 'passed' } as const;
  for (const [before, after] of [
    [more, some],
    [some, more],
  ] as const) {
    const { asked } = judged(({ side }) => ({ results: side === 'baseline' ? before : after }));
    assert.deepEqual(asked, ['screen baseline 1', 'screen candidate 1']);
  }
});

test('the error of a file that cannot be collected is no other test', () => {
  const some = names(5, 's');
  const { asked } = judged(({ side }) => ({
    results: side === 'baseline' ? some : { s0: 'passed', 'the file': 'errored' },
  }));
  assert.ok(!asked.includes('screen baseline 2'), asked.join());
});

test('a run of the baseline that breaks tells nothing of what it lacks: what was lost stays lost', () => {
  const { verdict } = judged(({ side, round }) =>
    round === 2 ? { end: { kind: 'timed-out', afterMs: 1000 } } : { results: names(9, side) },
  );
  assert.equal(verdict.verdict.kind, 'reject: regression');
});

test('a test that must pass must be there, whatever the baseline does', () => {
  const { verdict } = judged(
    ({ side, round }) => ({ results: { a: 'passed', [`${side} ${round}`]: 'passed' } }),
    {
      mustPass: ['baseline 1'],
    },
  );
  assert.equal(verdict.verdict.kind, 'reject: must-pass');
});

test('stored results cannot be asked again: lost coverage rejects', () => {
  const verdict = concludeStored(storedPair(names(9, 'old'), names(9, 'new')));
  assert.equal(verdict.verdict.kind, 'reject: regression');
});

test('several screens are read together before the baseline is asked again', () => {
  const { asked } = judged(({ side, round }) => ({ results: names(2, `${side} ${round} `) }), {
    rule: { screenRuns: 2 },
  });
  assert.deepEqual(asked.slice(4), ['screen baseline 3']);
});
