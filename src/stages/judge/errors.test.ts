import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  concludeStored,
  driveOne,
  findingOf,
  kindsOf,
  makeEvidence,
  makeTrial,
  storedPair,
  type MadeRun,
  type MadeSuite,
  type Results,
} from '../../../test/support/judge-evidence.ts';
import { runItself } from '../../model/observation.ts';
import type { Side } from '../../model/trial.ts';

const good: Results = { a: 'passed', b: 'passed' };
const clean: MadeRun = { results: good };
const truncated: MadeRun = {
  results: { a: 'passed' },
  report: { kind: 'broken', code: 'truncated', why: 'the plan says 2, the report holds 1' },
};
const engineError: MadeRun = { end: { kind: 'engine-error', message: 'the daemon hung up' } };
const timedOut: MadeRun = { end: { kind: 'timed-out', afterMs: 60_000 } };

/** One answer a side and run of the suite, counted from 1 over screen and errors step; the last is repeated. */
const inTurn =
  (runs: Readonly<Record<Side, readonly MadeRun[]>>): MadeSuite =>
  ({ step, side, round }) =>
    runs[side].at(Math.min(step === 'screen' ? 0 : round, runs[side].length - 1)) ?? {};

const sides = (baseline: readonly MadeRun[], candidate: readonly MadeRun[]): MadeSuite =>
  inTurn({ baseline, candidate });

test('a screen that the engine broke is rerun on both sides, and a clean rerun takes its place', () => {
  const verdict = driveOne(sides([clean], [engineError, clean]));
  assert.deepEqual([verdict.verdict.kind, verdict.trials], ['promote', 4]);
});

test('a candidate that broke once has to run clean as often as exonerates', () => {
  for (const broken of [truncated, timedOut]) {
    const verdict = driveOne(sides([clean], [broken, clean]));
    assert.deepEqual([verdict.verdict.kind, verdict.trials], ['promote', 2 + 2 * 3]);
  }
});

test('a candidate that hangs two times of three is held, and what it broke with is said', () => {
  const verdict = driveOne(sides([clean], [timedOut, timedOut, clean, timedOut]));
  assert.equal(verdict.verdict.kind, 'hold: newly flaky');
  assert.equal(
    verdict.verdict.sentence,
    'the run broke 3 times in the candidate and never in the baseline: a time-out after 60 seconds',
  );
});

test('a run that breaks at times on both sides blocks nothing, and is shown', () => {
  const verdict = driveOne(sides([clean, clean, timedOut], [timedOut, clean]));
  assert.equal(verdict.verdict.kind, 'promote');
  assert.equal(findingOf(verdict, runItself).kind, 'flaky-on-both');
});

test('a broken baseline is no reason to run a whole candidate again and again', () => {
  const verdict = driveOne(sides([timedOut, clean], [clean]));
  assert.deepEqual([verdict.verdict.kind, verdict.trials], ['promote', 4]);
});

test('reruns of a suspect that break in the candidate only do not exonerate it', () => {
  const hangs = driveOne(({ step, side, round }) => {
    if (side === 'baseline') return clean;
    if (step === 'screen') return { results: { ...good, b: 'failed' } };
    return round <= 3 ? timedOut : clean;
  });
  assert.equal(findingOf(hangs, 'b').kind, 'newly-flaky');
  assert.match(findingOf(hangs, 'b').because, /3 reruns broke in the candidate and none in the baseline/);
  const both = driveOne(({ step, side, round }) => {
    if (step === 'screen' && side === 'candidate') return { results: { ...good, b: 'failed' } };
    return step === 'confirm' && round <= 1 ? timedOut : clean;
  });
  assert.equal(findingOf(both, 'b').kind, 'same');
});

test('broken on both sides each time: infrastructure, for the operator', () => {
  const verdict = driveOne(sides([truncated], [truncated]));
  assert.equal(verdict.trials, 2 + 2 * 3);
  assert.deepEqual(kindsOf(verdict), { [runItself]: 'infrastructure' });
  assert.deepEqual([verdict.verdict.kind, verdict.verdict.mover], ['hold: infrastructure', 'operator']);
  assert.match(verdict.verdict.sentence, /in either image .*the plan says 2/);
});

test('the baseline broken each time: infrastructure', () => {
  assert.equal(driveOne(sides([timedOut], [clean])).verdict.kind, 'hold: infrastructure');
});

test('the candidate broken each time and the baseline clean: regressed, and what it did not show is lost', () => {
  const verdict = driveOne(sides([clean], [truncated]));
  assert.deepEqual(kindsOf(verdict), { [runItself]: 'regressed', b: 'lost-coverage', a: 'same' });
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.match(
    verdict.verdict.sentence,
    /^no run of the suite comes to an end in the candidate \(4 runs were broken\)/,
  );
});

test('what failed in the broken runs of a candidate is shown, and not run again', () => {
  const verdict = driveOne(
    sides([clean], [{ ...truncated, results: { a: 'failed: boom', b: 'precluded: died' } }]),
  );
  assert.deepEqual(kindsOf(verdict), { [runItself]: 'regressed', a: 'unconfirmed', b: 'lost-coverage' });
  assert.match(findingOf(verdict, 'b').because, /died/);
  assert.equal(verdict.trials, 2 + 2 * 3);
});

test('a candidate that cannot be started at all counts as broken', () => {
  const verdict = driveOne(sides([clean], [{ end: { kind: 'not-started', message: 'no such file' } }]));
  assert.equal(verdict.verdict.kind, 'reject: regression');
});

test('engine errors on the candidate only, each time, never convict', () => {
  assert.equal(driveOne(sides([clean], [engineError])).verdict.kind, 'hold: infrastructure');
  assert.equal(
    driveOne(sides([clean], [engineError, engineError, truncated, truncated])).verdict.kind,
    'hold: infrastructure',
  );
});

test('a candidate that breaks in two rounds of three is held, though each step has a whole run', () => {
  const verdict = driveOne(({ side, round }) => (side === 'candidate' && round < 3 ? truncated : clean), {
    rule: { screenRuns: 3 },
  });
  assert.deepEqual([verdict.verdict.kind, verdict.trials], ['hold: newly flaky', 6 + 2 * 3]);
});

test('a broken screen of several is outweighed by clean reruns', () => {
  const verdict = driveOne(
    ({ step, side, round }) => (side === 'candidate' && step === 'screen' && round < 3 ? truncated : clean),
    { rule: { screenRuns: 3 } },
  );
  assert.deepEqual([verdict.verdict.kind, verdict.trials], ['promote', 6 + 2 * 3]);
});

test('a test that errors in the candidate only, each time, is regressed', () => {
  const asked: string[] = [];
  const verdict = driveOne((request) => {
    asked.push(`${request.step} ${request.only?.join(' ') ?? 'all'}`);
    return { results: request.side === 'baseline' ? good : { ...good, b: 'errored: no libfoo' } };
  });
  assert.equal(findingOf(verdict, 'b').kind, 'regressed');
  assert.equal(findingOf(verdict, 'b').candidateDetail, 'no libfoo');
  assert.deepEqual(
    asked.slice(2),
    Array.from({ length: 6 }, () => 'errors b'),
  );
});

test('an error that a rerun clears goes through the pair table', () => {
  const verdict = driveOne(sides([clean], [{ results: { ...good, b: 'errored' } }, clean]));
  assert.deepEqual([verdict.verdict.kind, verdict.trials], ['promote', 2 + 2 * 3]);
  const fails = driveOne(
    sides([clean], [{ results: { ...good, b: 'errored' } }, { results: { ...good, b: 'failed' } }]),
  );
  assert.equal(findingOf(fails, 'b').kind, 'regressed');
  assert.ok(findingOf(fails, 'b').confirmed);
});

test('a test that errors at times in the candidate only is held', () => {
  const errs: MadeRun = { results: { ...good, b: 'errored' } };
  const verdict = driveOne(sides([clean], [errs, clean, errs, clean]));
  assert.equal(findingOf(verdict, 'b').kind, 'newly-flaky');
  assert.match(findingOf(verdict, 'b').because, /^it errors in 2 runs of the candidate and never/);
  const both = driveOne(sides([clean, errs, clean], [errs, clean]));
  assert.equal(both.verdict.kind, 'promote');
});

test('a test that errors on both sides is infrastructure, be the error the same each time or not', () => {
  for (const [before, after] of [
    ['x', 'x'],
    ['x', 'y'],
  ] as const) {
    const verdict = driveOne(
      sides(
        [{ results: { ...good, b: `errored: ${before}` } }],
        [{ results: { ...good, b: `errored: ${after}` } }],
      ),
    );
    assert.equal(findingOf(verdict, 'b').kind, 'infrastructure');
    assert.match(findingOf(verdict, 'b').because, before === after ? /the same error/ : /another error/);
    assert.equal(verdict.verdict.kind, 'hold: infrastructure');
  }
});

test('a test that errors in the baseline each time: passing is a fix, not to run loses nothing, failing holds', () => {
  const against = (candidate: Results): string =>
    findingOf(driveOne(sides([{ results: { a: 'passed', b: 'errored' } }], [{ results: candidate }])), 'b')
      .kind;
  assert.equal(against(good), 'fixed');
  assert.equal(against({ a: 'passed' }), 'lost-failing');
  assert.equal(against({ a: 'passed', b: 'failed' }), 'infrastructure');
});

test('a new test that errors each time is regressed: a broken image shows itself as a set-up that fails', () => {
  const verdict = driveOne(sides([clean], [{ results: { ...good, file: 'errored: cannot be collected' } }]));
  assert.equal(findingOf(verdict, 'file').kind, 'regressed');
  assert.equal(verdict.verdict.kind, 'reject: regression');
});

test('a file that cannot be collected once takes its tests along, and a whole rerun brings them back', () => {
  const asked: string[] = [];
  const verdict = driveOne((request) => {
    asked.push(`${request.step} ${request.only?.join(' ') ?? 'all'}`);
    const isHidden = request.step === 'screen' && request.side === 'candidate';
    return { results: isHidden ? { file: 'errored' } : good };
  });
  assert.deepEqual(kindsOf(verdict), { a: 'same', b: 'same', file: 'same' });
  assert.equal(verdict.verdict.kind, 'promote');
  assert.deepEqual(
    asked.slice(2),
    Array.from({ length: 2 * 3 }, () => 'errors all'),
  );
});

test('a file that can never be collected: its tests are lost, and the error that explains it is regressed', () => {
  const verdict = driveOne(sides([clean], [{ results: { file: 'errored: no distutils' } }]));
  assert.deepEqual(kindsOf(verdict), { file: 'regressed', a: 'lost-coverage', b: 'lost-coverage' });
  assert.match(
    verdict.verdict.sentence,
    /2 of 2 tests that pass in the baseline do not run in the candidate/,
  );
});

test('errors of tests have what rounds the run itself left', () => {
  const verdict = driveOne(sides([clean], [truncated, truncated, { results: { ...good, b: 'errored' } }]));
  assert.equal(findingOf(verdict, 'b').kind, 'unconfirmed');
  assert.equal(verdict.trials, 2 + 2 * 3);
});

test('without reruns an error convicts nobody', () => {
  const verdict = driveOne(sides([clean], [{ results: { ...good, b: 'errored' } }]), {
    rule: { errorRuns: 0 },
  });
  assert.equal(verdict.verdict.kind, 'hold: no evidence');
});

test('stored results that are cut off: what they lack is lost coverage, the run itself is unconfirmed', () => {
  const evidence = makeEvidence();
  const screen = (side: Side, run: MadeRun) =>
    makeTrial({ step: 'screen', side, round: 1, only: undefined }, evidence, run);
  const cut = concludeStored({
    ...evidence,
    trials: [screen('baseline', clean), screen('candidate', truncated)],
  });
  assert.deepEqual(kindsOf(cut), { [runItself]: 'unconfirmed', b: 'lost-coverage', a: 'same' });
  assert.equal(cut.verdict.kind, 'reject: regression');
  const other = concludeStored({
    ...evidence,
    trials: [screen('baseline', truncated), screen('candidate', clean)],
  });
  assert.equal(other.verdict.kind, 'hold: infrastructure');
  assert.equal(concludeStored(storedPair(good, { ...good, b: 'errored' })).verdict.kind, 'hold: no evidence');
});
