import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  driveOne,
  findingOf,
  kindsOf,
  type MadeSuite,
  type Results,
} from '../../../test/support/judge-evidence.ts';
import { runItself } from '../../model/observation.ts';
import type { SuiteVerdict } from '../../model/verdict.ts';
import type { Waiver } from '../../model/waiver.ts';

const waiver = (glob: string): Waiver => ({
  test: glob,
  image: 'app',
  suite: undefined,
  author: 'Ada',
  reason: 'the proxy is being replaced',
  until: { kind: 'day', day: '2026-12-31' },
});

const good: Results = { a: 'passed', b: 'passed', c: 'passed', d: 'passed', e: 'passed', f: 'passed' };

const candidateDoes =
  (results: Results, baseline: Results = good): MadeSuite =>
  ({ side }) => ({ results: side === 'baseline' ? baseline : results });

function waived(
  results: Results,
  globs: readonly string[],
  parts: Parameters<typeof driveOne>[1] = {},
): SuiteVerdict {
  return driveOne(candidateDoes(results), { ...parts, waivers: globs.map(waiver) });
}

test('a waived regression is shown as what it is, and promotes with waiver', () => {
  const verdict = waived({ ...good, b: 'failed' }, ['b']);
  assert.equal(verdict.verdict.kind, 'promote with waiver');
  assert.deepEqual(
    [findingOf(verdict, 'b').kind, findingOf(verdict, 'b').waived?.author],
    ['regressed', 'Ada'],
  );
  assert.equal(
    verdict.verdict.sentence,
    'the candidate holds up in 6 tests that pass in the baseline, and 1 finding is waived; first: b (Ada, until 2026-12-31: the proxy is being replaced)',
  );
});

test('lost coverage, new failures and lasting set-up errors can be waived', () => {
  const { f: _f, ...lost } = good;
  assert.equal(waived(lost, ['f']).verdict.kind, 'promote with waiver');
  assert.equal(waived({ ...good, n: 'failed' }, ['n']).verdict.kind, 'promote with waiver');
  const errs: Results = { ...good, x: 'errored: no proxy' };
  const both = driveOne(candidateDoes(errs, errs), { waivers: [waiver('x')] });
  assert.equal(both.verdict.kind, 'promote with waiver');
});

test('what no waiver names still decides', () => {
  const verdict = waived({ ...good, b: 'failed', c: 'failed' }, ['b']);
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.match(verdict.verdict.sentence, /first: c$/);
});

test('a waiver of what does not block changes nothing', () => {
  const verdict = waived(good, ['*']);
  assert.equal(verdict.verdict.kind, 'promote');
  assert.ok(verdict.findings.every((finding) => finding.waived === undefined));
});

test('a waiver never turns a test that must pass', () => {
  assert.equal(
    waived({ ...good, b: 'failed' }, ['*'], { mustPass: ['b'] }).verdict.kind,
    'reject: must-pass',
  );
  const { b: _b, ...lost } = good;
  assert.equal(waived(lost, ['*'], { mustPass: ['b'] }).verdict.kind, 'reject: must-pass');
  const errors = driveOne(candidateDoes({ ...good, b: 'errored' }, { ...good, b: 'errored' }), {
    mustPass: ['b'],
    waivers: [waiver('*')],
  });
  assert.equal(errors.verdict.kind, 'hold: infrastructure');
});

test('a waiver never turns a sentinel, or a candidate that does not start', () => {
  const sentinel = driveOne(candidateDoes(good), { sentinel: true, waivers: [waiver('*')] });
  assert.equal(sentinel.verdict.kind, 'reject: must-pass');
  const dead = driveOne(
    ({ step, side }) =>
      step === 'preflight' && side === 'candidate'
        ? { end: { kind: 'exited', status: 127 } }
        : { results: good },
    { preflight: true, waivers: [waiver('*')] },
  );
  assert.equal(dead.verdict.kind, 'reject: regression');
});

test('a waiver never turns a suite that is lost, whole or nearly', () => {
  for (const results of [{}, { a: 'passed' }, { z: 'passed' }] as const)
    assert.equal(waived(results, ['*']).verdict.kind, 'reject: regression', JSON.stringify(results));
  const { a: _a, b: _b, ...most } = good;
  assert.equal(waived(most, ['*']).verdict.kind, 'promote with waiver');
});

test('a waiver never turns a run that breaks', () => {
  const verdict = driveOne(
    ({ side }) => (side === 'baseline' ? { results: good } : { end: { kind: 'timed-out', afterMs: 1000 } }),
    { waivers: [waiver('*')] },
  );
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.equal(kindsOf(verdict)[runItself], 'regressed');
});

test('without a baseline, waived failures are counted among the tests of the candidate', () => {
  assert.equal(
    waived({ ...good, b: 'failed' }, ['b'], { hasBaseline: false }).verdict.kind,
    'promote with waiver',
  );
  const all: Results = { a: 'failed', b: 'failed', c: 'failed', d: 'failed', e: 'failed', f: 'failed' };
  assert.equal(waived(all, ['*'], { hasBaseline: false }).verdict.kind, 'hold: needs approval');
});
