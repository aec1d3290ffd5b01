import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  concludeStored,
  driveOne,
  findingOf,
  kindsOf,
  storedPair,
  type MadeSuite,
  type Results,
} from '../../../test/support/judge-evidence.ts';
import { runItself } from '../../model/observation.ts';

const good: Results = { 'smoke › starts': 'passed', 'smoke › stops': 'passed', other: 'passed' };
const mustPass = ['smoke*'];
const always =
  (baseline: Results, candidate: Results): MadeSuite =>
  ({ side }) => ({ results: side === 'baseline' ? baseline : candidate });
const starts = 'smoke › starts';

test('a test that must pass and does changes nothing', () => {
  const verdict = driveOne(always(good, good), { mustPass });
  assert.deepEqual([verdict.verdict.kind, verdict.trials], ['promote', 2]);
});

test('a test that must pass and is absent or skipped fails at once, whatever the baseline did', () => {
  const { [starts]: _gone, ...without } = good;
  for (const candidate of [without, { ...good, [starts]: 'skipped' as const }]) {
    for (const status of ['passed', 'failed', 'skipped'] as const) {
      const verdict = driveOne(always({ ...good, [starts]: status }, candidate), { mustPass });
      assert.equal(findingOf(verdict, starts).kind, 'must-pass-failed');
      assert.deepEqual([verdict.verdict.kind, verdict.trials], ['reject: must-pass', 2]);
    }
  }
});

test('a test that must pass and fails is confirmed by whole runs, although the baseline fails too', () => {
  const asked: string[] = [];
  for (const baseline of [good, { ...good, [starts]: 'failed' as const }]) {
    const verdict = driveOne(
      (request) => {
        asked.push(request.only === undefined ? 'whole' : 'part');
        return { results: request.side === 'baseline' ? baseline : { ...good, [starts]: 'failed' } };
      },
      { mustPass },
    );
    assert.equal(findingOf(verdict, starts).kind, 'must-pass-failed');
    assert.deepEqual([verdict.verdict.kind, verdict.trials], ['reject: must-pass', 2 + 2 * 3]);
  }
  assert.deepEqual(new Set(asked), new Set(['whole']));
});

test('a test that must pass is exonerated by three clean reruns, and held when it fails at times', () => {
  const failing =
    (rounds: readonly number[]): MadeSuite =>
    ({ step, side, round }) => ({
      results:
        side === 'candidate' && (step === 'screen' || rounds.includes(round))
          ? { ...good, [starts]: 'failed' }
          : good,
    });
  const exonerated = driveOne(failing([]), { mustPass });
  assert.deepEqual([exonerated.verdict.kind, exonerated.trials], ['promote', 2 + 2 * 3]);
  const flaky = driveOne(failing([2]), { mustPass });
  assert.equal(findingOf(flaky, starts).kind, 'newly-flaky');
  assert.equal(flaky.verdict.kind, 'hold: newly flaky');
  assert.equal(driveOne(failing([1, 3, 6]), { mustPass }).verdict.kind, 'reject: must-pass');
});

test('a test that must pass and errors each time fails; on both sides it is infrastructure', () => {
  const errored: Results = { ...good, [starts]: 'errored' };
  assert.equal(driveOne(always(good, errored), { mustPass }).verdict.kind, 'reject: must-pass');
  assert.equal(
    driveOne(always({ ...good, [starts]: 'failed' }, errored), { mustPass }).verdict.kind,
    'reject: must-pass',
  );
  assert.equal(driveOne(always(errored, errored), { mustPass }).verdict.kind, 'hold: infrastructure');
});

test('other suspects beside one that must pass are convicted together with it', () => {
  const verdict = driveOne(always(good, { ...good, [starts]: 'failed', other: 'failed' }), { mustPass });
  assert.equal(verdict.trials, 2 + 2 * 3);
  assert.deepEqual(kindsOf(verdict), {
    [starts]: 'must-pass-failed',
    other: 'regressed',
    'smoke › stops': 'same',
  });
});

test('a glob that names no test of either side fails, and it is the list that has to be corrected', () => {
  const verdict = driveOne(always(good, good), { mustPass: ['smoek*', 'other'] });
  assert.equal(findingOf(verdict, 'smoek*').kind, 'must-pass-failed');
  assert.deepEqual([verdict.verdict.kind, verdict.verdict.mover], ['reject: must-pass', 'maintainer']);
  assert.match(verdict.verdict.next, /must-pass/);
});

test('the run itself matches no glob', () => {
  const verdict = driveOne(always(good, good), { mustPass: ['*'] });
  assert.equal(verdict.verdict.kind, 'promote');
  assert.ok(!(runItself in kindsOf(verdict)));
});

test('in a candidate whose runs all break, what must pass was not seen to', () => {
  const verdict = driveOne(
    ({ side }) =>
      side === 'baseline'
        ? { results: good }
        : { results: { other: 'passed' }, report: { kind: 'broken', code: 'truncated', why: 'cut' } },
    { mustPass },
  );
  assert.equal(verdict.verdict.kind, 'reject: must-pass');
});

test('stored: a test that must pass and fails is unconfirmed, one that is absent fails', () => {
  const fails = concludeStored(storedPair(good, { ...good, [starts]: 'failed' }, { mustPass }));
  assert.equal(fails.verdict.kind, 'hold: no evidence');
  const absent = concludeStored(storedPair(good, { other: 'passed' }, { mustPass }));
  assert.equal(absent.verdict.kind, 'reject: must-pass');
});
