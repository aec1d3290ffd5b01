import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  drive,
  driveOne,
  findingOf,
  makeEvidence,
  type MadeSuite,
  type Results,
} from '../../../test/support/judge-evidence.ts';
import type { ObservedStatus } from '../../model/observation.ts';

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `t${index}`);
const all = (count: number, status: ObservedStatus): Results =>
  Object.fromEntries(names(count).map((name) => [name, status]));
/** The first tests fail in the candidate. */
const breaking =
  (count: number, broken: number): MadeSuite =>
  ({ side }) => ({
    results: { ...all(count, 'passed'), ...(side === 'candidate' ? all(broken, 'failed') : {}) },
  });

/** Which reruns were asked for: `all`, or how many tests. */
function askedOf(suite: MadeSuite): { readonly suite: MadeSuite; readonly asked: (string | number)[] } {
  const asked: (string | number)[] = [];
  return {
    asked,
    suite: (request, evidence) => {
      if (request.step === 'confirm' && request.side === 'candidate')
        asked.push(request.only?.length ?? 'all');
      return suite(request, evidence);
    },
  };
}

test('most of what passed is suspect: one suspect, confirmed by three whole runs', () => {
  const { suite, asked } = askedOf(breaking(10, 9));
  const verdict = driveOne(suite);
  assert.deepEqual(asked, ['all', 'all', 'all']);
  assert.equal(verdict.counts.regressed, 9);
  assert.match(findingOf(verdict, 't0').because, /confirmed together/);
  assert.equal(verdict.verdict.kind, 'reject: regression');
});

test('up to 80 % of what passed, and fewer than five suspects, are confirmed one by one', () => {
  const most = askedOf(breaking(10, 8));
  assert.equal(driveOne(most.suite).counts.regressed, 8);
  assert.deepEqual(most.asked, [8, 8, 8, 8, 8]);
  const few = askedOf(breaking(1, 1));
  assert.equal(driveOne(few.suite).counts.regressed, 1);
  assert.deepEqual(few.asked, [1, 1, 1]);
});

test('more suspects than Holm can convict are one suspect, although most of the suite passes', () => {
  const single = askedOf(breaking(1000, 46));
  assert.equal(driveOne(single.suite).counts.regressed, 46);
  assert.deepEqual(single.asked, [46, 46, 46, 46, 46, 46]);
  const mass = askedOf(breaking(1000, 47));
  assert.equal(driveOne(mass.suite).counts.regressed, 47);
  assert.deepEqual(mass.asked, ['all', 'all', 'all']);
});

test('of several units the largest become one suspect each, until Holm can convict the rest', () => {
  const evidences = ['big', 'small', 'least'].map((suite) => makeEvidence({ suite }));
  const sizes: Readonly<Record<string, number>> = { big: 30, small: 20, least: 10 };
  const kinds = new Map<string, Set<string>>();
  const { suites } = drive(evidences, (request, evidence) => {
    if (request.step === 'confirm') {
      const kind = kinds.get(evidence.suite) ?? new Set();
      kinds.set(evidence.suite, kind.add(request.only === undefined ? 'whole' : 'part'));
    }
    return breaking(1000, sizes[evidence.suite] ?? 0)(request, evidence);
  });
  assert.deepEqual(
    [...kinds].map(([suite, kind]) => [suite, ...kind]),
    [
      ['big', 'whole'],
      ['small', 'part'],
      ['least', 'part'],
    ],
  );
  assert.deepEqual(
    suites.map(({ counts }) => counts.regressed),
    [30, 20, 10],
  );
});

test('a mass that is gone in the reruns is exonerated, test by test', () => {
  const verdict = driveOne((request, evidence) =>
    request.step === 'screen' ? breaking(10, 10)(request, evidence) : { results: all(10, 'passed') },
  );
  assert.equal(verdict.verdict.kind, 'promote');
  assert.equal(verdict.counts.same, 10);
  assert.equal(verdict.trials, 2 + 2 * 3);
});

test('when a mass is gone, what still fails goes on by itself', () => {
  const { suite, asked } = askedOf((request, evidence) =>
    breaking(10, request.step === 'screen' ? 10 : 2)(request, evidence),
  );
  const verdict = driveOne(suite);
  assert.deepEqual(asked, ['all', 'all', 'all', 2]);
  assert.deepEqual([verdict.counts.regressed, verdict.counts.same], [2, 8]);
});

test('when a mass is convicted, a test that passed in its reruns is not', () => {
  const verdict = driveOne(({ step, side, round }) => {
    const broken = { ...all(10, 'failed'), ...(step === 'screen' ? {} : { t0: 'passed' as const }) };
    const at2 = step === 'confirm' && round === 2 ? { t1: 'passed' as const } : {};
    return { results: side === 'baseline' ? all(10, 'passed') : { ...broken, ...at2 } };
  });
  assert.equal(verdict.counts.regressed, 8);
  assert.deepEqual([findingOf(verdict, 't0').kind, findingOf(verdict, 't1').kind], ['same', 'newly-flaky']);
});

test('a baseline that fails as a whole in the reruns convicts nobody together', () => {
  const verdict = driveOne(({ step, side, round }) => {
    const isBad = side === 'candidate' || (step === 'confirm' && round === 2);
    return { results: all(10, isBad ? 'failed' : 'passed') };
  });
  assert.equal(verdict.counts.regressed, 0);
  assert.equal(verdict.verdict.kind, 'hold: newly flaky');
});

test('reruns of a mass that all break tell nothing', () => {
  const verdict = driveOne((request, evidence) =>
    request.step === 'screen'
      ? breaking(10, 10)(request, evidence)
      : { results: {}, end: { kind: 'out-of-memory', bytesMax: 1 } },
  );
  assert.equal(verdict.verdict.kind, 'hold: no evidence');
  assert.equal(verdict.counts.unconfirmed, 10);
});
