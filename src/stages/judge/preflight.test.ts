import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  drive,
  driveOne,
  makeEvidence,
  type MadeRun,
  type MadeSuite,
} from '../../../test/support/judge-evidence.ts';
import type { TrialEnd } from '../../model/trial.ts';

const ends = (end: TrialEnd): MadeRun => ({ end });
const exits = (status: number): MadeRun => ends({ kind: 'exited', status });
const notStarted = ends({ kind: 'not-started', message: 'exec format error' });
const engineError = ends({ kind: 'engine-error', message: 'the daemon hung up' });

/** What was run, and the verdict; what is not said of a step passes. */
function run(steps: Readonly<Record<string, MadeSuite>>, parts = { preflight: true }) {
  const asked: string[] = [];
  const verdict = driveOne((request, evidence) => {
    asked.push(`${request.step} ${request.side}`);
    const said = steps[`${request.step} ${request.side}`] ?? steps[request.step];
    return said?.(request, evidence) ?? { results: { a: 'passed' } };
  }, parts);
  return { verdict, asked, kind: verdict.findings[0]?.kind };
}

test('the candidate is asked to start before the baseline, and both before the screen', () => {
  const { verdict, asked } = run({});
  assert.deepEqual(asked, [
    'preflight candidate',
    'preflight baseline',
    'screen baseline',
    'screen candidate',
  ]);
  assert.equal(verdict.verdict.kind, 'promote');
  assert.equal(verdict.trials, 2);
});

test('a candidate that cannot start is rejected after three tries, with no run of the baseline', () => {
  for (const bad of [notStarted, exits(127)]) {
    const { verdict, asked, kind } = run({ 'preflight candidate': () => bad });
    assert.deepEqual(asked, ['preflight candidate', 'preflight candidate', 'preflight candidate']);
    assert.equal(kind, 'cannot-start');
    assert.equal(verdict.verdict.kind, 'reject: regression');
    assert.match(verdict.verdict.sentence, /^the candidate cannot start: a no-op ended 3 of 3 times with /);
  }
});

test('a candidate that starts at the second try is judged', () => {
  const { verdict, asked } = run({ 'preflight candidate': ({ round }) => exits(round === 1 ? 1 : 0) });
  assert.equal(verdict.verdict.kind, 'promote');
  assert.equal(asked.filter((each) => each === 'preflight candidate').length, 2);
});

test('an engine that breaks once never convicts, whatever the other tries say', () => {
  const { verdict, kind } = run({
    'preflight candidate': ({ round }) => (round === 2 ? engineError : notStarted),
  });
  assert.equal(kind, 'infrastructure');
  assert.equal(verdict.verdict.kind, 'hold: infrastructure');
  assert.match(verdict.verdict.sentence, /the daemon hung up/);
});

test('the sentence says how the no-op ended', () => {
  const said: readonly (readonly [TrialEnd, RegExp])[] = [
    [{ kind: 'timed-out', afterMs: 60_000 }, /a time-out after 60 seconds/],
    [{ kind: 'out-of-memory', bytesMax: 1 }, /its memory used up/],
    [{ kind: 'out-of-disk', bytesMax: 1 }, /its disk space used up/],
  ];
  for (const [end, words] of said) {
    const { verdict } = run({ 'preflight candidate': () => ends(end) });
    assert.equal(verdict.verdict.kind, 'hold: infrastructure');
    assert.match(verdict.verdict.sentence, words);
  }
});

test('what a no-op wrote is shown with the finding, its end first of all', () => {
  const output = { bytes: 9, head: 'begin', tail: 'exec format error\n', omittedBytes: 0 };
  const { verdict } = run({ 'preflight candidate': () => ({ ...exits(126), output }) });
  assert.equal(verdict.findings[0]?.candidateDetail, 'exec format error');
});

test('a baseline that cannot start leaves nothing to compare with', () => {
  const { verdict, kind } = run({ 'preflight baseline': () => exits(1) });
  assert.equal(kind, 'not-comparable');
  assert.deepEqual([verdict.verdict.kind, verdict.verdict.mover], ['hold: no evidence', 'maintainer']);
  assert.match(verdict.verdict.next, /baseline/);
});

test('a baseline that the engine does not start is infrastructure', () => {
  assert.equal(run({ 'preflight baseline': () => engineError }).verdict.verdict.kind, 'hold: infrastructure');
});

test('commands without a shell have no no-op', () => {
  assert.deepEqual(run({}, { preflight: false }).asked, ['screen baseline', 'screen candidate']);
});

const guarded = { preflight: false, sentinel: true };

test('a candidate in which the sentinel fails is judged', () => {
  const { verdict, asked } = run({ sentinel: () => exits(1) }, guarded);
  assert.deepEqual(asked, ['sentinel candidate', 'screen baseline', 'screen candidate']);
  assert.equal(verdict.verdict.kind, 'promote');
});

test('a candidate in which the sentinel passes once is rejected at once', () => {
  const { verdict, asked, kind } = run({ sentinel: () => exits(0) }, guarded);
  assert.deepEqual(asked, ['sentinel candidate']);
  assert.equal(kind, 'sentinel-passed');
  assert.equal(verdict.verdict.kind, 'reject: must-pass');
});

test('a sentinel that never comes to an exit status holds', () => {
  const { verdict, asked } = run({ sentinel: () => notStarted }, guarded);
  assert.equal(asked.length, 3);
  assert.equal(verdict.verdict.kind, 'hold: infrastructure');
});

test('one unit that cannot start does not stop the others', () => {
  const parts = ['one', 'two'].map((suite) => makeEvidence({ suite, preflight: true }));
  const { suites } = drive(parts, ({ step }, { suite }) =>
    step === 'preflight' && suite === 'one' ? exits(1) : { results: { a: 'passed' } },
  );
  assert.deepEqual(
    suites.map(({ verdict }) => verdict.kind),
    ['reject: regression', 'promote'],
  );
});
