import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  drive,
  driveOne,
  findingOf,
  makeEvidence,
  makeTrial,
  type EvidenceParts,
  type MadeSuite,
  type Results,
} from '../../../test/support/judge-evidence.ts';
import type { Evidence } from '../../model/evidence.ts';
import { asTestId } from '../../model/observation.ts';
import type { SuiteVerdict } from '../../model/verdict.ts';

const good: Results = { a: 'passed', b: 'passed' };
const flaky = { flaky: [asTestId('b')], last: undefined };

/** `b` fails in the screen and in these confirming rounds of the candidate. */
const failsIn =
  (...rounds: readonly number[]): MadeSuite =>
  ({ step, side, round }) => ({
    results:
      side === 'candidate' && (step === 'screen' || rounds.includes(round)) ? { ...good, b: 'failed' } : good,
  });

test('a test that is known to be flaky is allowed at the cap, and shown', () => {
  assert.equal(driveOne(failsIn(1, 4)).verdict.kind, 'hold: newly flaky');
  const verdict = driveOne(failsIn(1, 4), { known: flaky });
  assert.equal(verdict.verdict.kind, 'promote');
  assert.equal(findingOf(verdict, 'b').kind, 'known-flaky');
});

test('a test that is known to be flaky and fails each time now has regressed all the same', () => {
  const verdict = driveOne(failsIn(1, 2, 3, 4, 5, 6), { known: flaky });
  assert.equal(findingOf(verdict, 'b').kind, 'regressed');
});

test('what must pass is held to it, known to be flaky or not', () => {
  const verdict = driveOne(failsIn(1, 4), { known: flaky, mustPass: ['b'] });
  assert.equal(verdict.verdict.kind, 'hold: newly flaky');
});

test('a baseline that runs under 95 % of what it ran before leaves no evidence', () => {
  const at = '2026-11-20T10:00:00.000Z';
  const tests = (count: number): Results =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, 'passed']));
  const gated = (now: number, before: number): SuiteVerdict =>
    driveOne(() => ({ results: tests(now) }), { known: { flaky: [], last: { at, ran: before } } });
  assert.equal(gated(95, 100).verdict.kind, 'promote');
  const held = gated(94, 100).verdict;
  assert.equal(held.kind, 'hold: no evidence');
  assert.equal(
    held.sentence,
    'only 94 tests ran in the baseline, and 100 ran in this very image on 2026-11-20',
  );
});

/** With the baseline's screens from an earlier gate. */
function remembering(results: Results, parts: EvidenceParts = {}): Evidence {
  const evidence = makeEvidence(parts);
  const trials = Array.from({ length: evidence.rule.screenRuns }, (_, index) => ({
    ...makeTrial({ step: 'screen', side: 'baseline', round: index + 1, only: undefined }, evidence, {
      results,
    }),
    reused: true,
  }));
  return { ...evidence, trials };
}

function driven(evidence: Evidence, suite: MadeSuite): { asked: readonly string[]; verdict: SuiteVerdict } {
  const asked: string[] = [];
  const [verdict] = drive([evidence], (request, about) => {
    asked.push(`${request.step} ${request.side} ${request.round}`);
    return suite(request, about);
  }).suites;
  assert.ok(verdict);
  return { asked, verdict };
}

test('with the baseline remembered, a clean suite costs one run a screen', () => {
  for (const screenRuns of [1, 3]) {
    const { asked, verdict } = driven(remembering(good, { rule: { screenRuns } }), () => ({ results: good }));
    assert.equal(verdict.verdict.kind, 'promote');
    assert.equal(verdict.trials, screenRuns);
    assert.ok(asked.every((request) => request.startsWith('screen candidate')));
  }
});

test('whatever speaks against the candidate is held against a fresh run of the baseline', () => {
  const lost: Results = { a: 'passed' };
  const failing: Results = { a: 'passed', b: 'failed' };
  const errored: Results = { a: 'passed', b: 'errored' };
  for (const candidate of [lost, failing, errored, { ...good, n: 'failed' }] as const) {
    const { asked, verdict } = driven(remembering(good), () => ({ results: candidate }));
    assert.deepEqual(
      asked.slice(0, 2),
      ['screen candidate 1', 'screen baseline 1'],
      JSON.stringify(candidate),
    );
    // The world changed for both: nothing got worse.
    assert.notEqual(verdict.verdict.kind, 'reject: regression');
  }
});

test('what is confirmed is confirmed by fresh runs on both sides', () => {
  const { asked, verdict } = driven(remembering(good), ({ side }) => ({
    results: side === 'candidate' ? { ...good, b: 'failed' } : good,
  }));
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.ok(asked.includes('screen baseline 1'));
  assert.equal(asked.filter((request) => request.startsWith('confirm baseline')).length, 3);
});

test('a candidate that breaks is not judged by a baseline that ran yesterday', () => {
  const { asked, verdict } = driven(remembering(good), () => ({ end: { kind: 'timed-out', afterMs: 1000 } }));
  assert.ok(asked.includes('screen baseline 1'));
  assert.equal(verdict.verdict.kind, 'hold: infrastructure');
});
