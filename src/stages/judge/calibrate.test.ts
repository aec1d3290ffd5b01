import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence } from '../../model/evidence.ts';
import { runItself } from '../../model/observation.ts';
import {
  makeEvidence,
  makeTrial,
  type EvidenceParts,
  type MadeRun,
} from '../../../test/support/judge-evidence.ts';
import { calibrate, isHopeless, roundOf } from './calibrate.ts';

/** Runs of one image, in pairs. */
function ran(runs: readonly MadeRun[], parts: EvidenceParts = {}): Evidence {
  const evidence = makeEvidence(parts);
  const requests = Array.from({ length: Math.ceil(runs.length / 2) }, (_, index) =>
    roundOf(index + 1),
  ).flat();
  const trials = runs.flatMap((run, index) => {
    const request = requests[index];
    return request === undefined ? [] : [makeTrial(request, evidence, run)];
  });
  return { ...evidence, trials };
}

const alone = { remembers: false };
const works = { results: { sound: 'passed' } } as const;
const broken = { report: { kind: 'broken', code: 'truncated', why: 'cut' } } as const;

test('each test that differs is told of with its counts, and with the pairs that it differs in', () => {
  const figures = calibrate(
    ran([
      { results: { sound: 'passed', poor: 'failed', flaky: 'passed', comes: 'passed' } },
      { results: { sound: 'passed', poor: 'failed', flaky: 'failed', comes: 'passed' } },
      { results: { sound: 'passed', poor: 'failed', flaky: 'failed', comes: 'skipped' } },
      { results: { sound: 'passed', poor: 'failed', flaky: 'failed' } },
    ]),
    alone,
  );
  const { rounds, runs, steady, alike, unsteady } = figures;
  assert.deepEqual({ rounds, runs }, { rounds: 2, runs: { whole: 4, broken: 0, engine: 0 } });
  assert.deepEqual({ steady, alike }, { steady: 1, alike: 1 });
  const none = { passed: 0, failed: 0, errored: 0, skipped: 0, missing: 0 };
  assert.deepEqual(unsteady, [
    { ...none, test: 'flaky', passed: 1, failed: 3, contradicted: 1 },
    { ...none, test: 'comes', passed: 2, skipped: 1, missing: 1, contradicted: 1 },
  ]);
});

test('runs that broke are counted by whose fault that was, and compared with nothing', () => {
  const engine = { end: { kind: 'engine-error', message: 'gone' } } as const;
  const { rounds, runs, steady } = calibrate(ran([works, broken, engine, works, works, works]), alone);
  assert.deepEqual(
    { rounds, runs, steady },
    { rounds: 1, runs: { whole: 4, broken: 1, engine: 1 }, steady: 1 },
  );
});

test('a suite of which no run comes to its end has no forecast and no proposal', () => {
  const evidence = ran([broken, broken, broken, broken]);
  assert.ok(isHopeless(evidence));
  const { rounds, unseen, forecasts, proposal } = calibrate(evidence, alone);
  assert.deepEqual(
    { rounds, unseen, forecasts, proposal },
    { rounds: 0, unseen: 1, forecasts: [], proposal: undefined },
  );
  assert.ok(!isHopeless(ran([broken, broken, works, broken])));
  assert.ok(!isHopeless(ran([broken, broken])));
});

test('a command that ends badly now and then, although no test fails, is told of as the run itself', () => {
  const { unsteady } = calibrate(ran([works, { ...works, end: { kind: 'exited', status: 9 } }]), alone);
  assert.deepEqual(
    unsteady.map(({ test: name, passed, failed, contradicted }) => [name, passed, failed, contradicted]),
    [[runItself, 1, 1, 1]],
  );
});

test('of a sound suite three screens are proposed: they catch three of four drops to half', () => {
  const { proposal, forecasts, unsteady } = calibrate(ran([works, works]), alone);
  assert.deepEqual([proposal?.screen, unsteady], [3, []]);
  assert.deepEqual(
    forecasts.map(({ screen }) => screen),
    [1, 2, 3],
  );
  assert.match(
    proposal?.because ?? '',
    /catches 7\d % of drops to half, and 0 % of identical images are held by chance and 0 % rejected; 6 runs .* about 6\.0 s$/,
  );
});

/** Ten tests that fail one time in ten, never two in one run. */
const tenFlaky = Array.from({ length: 10 }, (_, run): MadeRun => ({
  results: Object.fromEntries([
    ...Array.from(
      { length: 10 },
      (_each, index) => [`t${index}`, index === run ? 'failed' : 'passed'] as const,
    ),
    ['sound', 'passed'] as const,
  ]),
}));

test('where chance holds too much, the tests are to be steadied first; a ledger that knows them helps', () => {
  const without = calibrate(ran(tenFlaky), alone).proposal;
  assert.equal(without?.screen, 1);
  assert.match(
    without.because,
    /held by chance.* however often it is screened: steady the tests first, such as t0$/,
  );
  const known = calibrate(ran(tenFlaky), { remembers: true }).proposal;
  assert.match(known?.because ?? '', /^it catches/);
});

test('what is in force is forecast too, however many screens that are', () => {
  const { forecasts } = calibrate(ran([works, works], { rule: { screenRuns: 5 } }), alone);
  assert.deepEqual(
    forecasts.map(({ screen }) => screen),
    [1, 2, 3, 5],
  );
});

test('a test that must pass counts as such in the forecast', () => {
  const runs = [works, { results: { sound: 'failed' } }] as const;
  const rejected = (mustPass: readonly string[]): number =>
    calibrate(ran([...runs, ...runs], { mustPass }), alone).forecasts[0]?.withLedger.rejected ?? 0;
  const [named, unnamed] = [rejected(['soun?']), rejected([])];
  assert.ok(named > 0.1, String(named));
  assert.ok(unnamed < 0.05, String(unnamed));
});
