import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  concludeStored,
  driveOne,
  findingOf,
  storedPair,
  type EvidenceParts,
  type MadeSuite,
  type Results,
} from '../../../test/support/judge-evidence.ts';
import type { SuiteVerdict } from '../../model/verdict.ts';

const good: Results = { a: 'passed', b: 'passed', c: 'skipped' };
const gate = (suite: MadeSuite, parts: EvidenceParts = {}): SuiteVerdict =>
  driveOne(
    (request, evidence) => {
      assert.equal(request.side, 'candidate', 'there is no baseline to run');
      return suite(request, evidence);
    },
    { ...parts, hasBaseline: false },
  );

test('without a baseline every test must pass, and the verdict says that nothing was compared', () => {
  const verdict = gate(() => ({ results: good }));
  assert.deepEqual([verdict.verdict.kind, verdict.trials], ['promote', 1]);
  assert.equal(
    verdict.verdict.sentence,
    'there is no baseline, so every test must pass, and 2 of 3 tests do, the others are skipped',
  );
  assert.equal(findingOf(verdict, 'a').baseline, undefined);
});

test('no test that passes is no evidence', () => {
  assert.equal(gate(() => ({ results: {} })).verdict.kind, 'hold: no evidence');
  assert.equal(gate(() => ({ results: { c: 'skipped' } })).verdict.kind, 'hold: no evidence');
});

test('a test that fails again needs approval; one rerun that fails is enough', () => {
  const verdict = gate(() => ({ results: { ...good, b: 'failed: boom' } }));
  assert.deepEqual([verdict.verdict.kind, verdict.trials], ['hold: needs approval', 2]);
  assert.equal(verdict.verdict.next, '`lockkeeper promote DIR --approve "why"`');
  assert.match(
    verdict.verdict.sentence,
    /no baseline, so every test must pass, and 1 of 3 tests fails; first: b/,
  );
});

test('a test that passes in its first three reruns is cleared', () => {
  const verdict = gate(({ step }) => ({ results: step === 'screen' ? { ...good, b: 'failed' } : good }));
  assert.deepEqual([verdict.verdict.kind, verdict.trials], ['promote', 4]);
});

test('reruns that tell nothing hold', () => {
  const verdict = gate(({ step }) => ({ results: step === 'screen' ? { ...good, b: 'failed' } : {} }));
  assert.deepEqual([verdict.verdict.kind, verdict.trials], ['hold: no evidence', 7]);
});

test('broken runs and lasting errors are infrastructure: nothing says that the image is to blame', () => {
  const broken = gate(() => ({ end: { kind: 'timed-out', afterMs: 1000 } }));
  assert.deepEqual([broken.verdict.kind, broken.trials], ['hold: infrastructure', 4]);
  const errored = gate(() => ({ results: { ...good, b: 'errored' } }));
  assert.deepEqual([errored.verdict.kind, errored.trials], ['hold: infrastructure', 4]);
});

test('preflight, sentinel and must-pass hold without a baseline as well', () => {
  const exits =
    (status: number): MadeSuite =>
    () => ({ end: { kind: 'exited', status } });
  assert.equal(gate(exits(1), { preflight: true }).verdict.kind, 'reject: regression');
  assert.equal(gate(exits(0), { sentinel: true }).verdict.kind, 'reject: must-pass');
  const mustPass = ['c'];
  assert.equal(gate(() => ({ results: good }), { mustPass }).verdict.kind, 'reject: must-pass');
});

test('stored: a failure is unconfirmed', () => {
  const verdict = concludeStored(storedPair({}, { ...good, b: 'failed' }, { hasBaseline: false }));
  assert.equal(verdict.verdict.kind, 'hold: no evidence');
});
