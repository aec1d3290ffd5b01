import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  concludeStored,
  drive,
  driveOne,
  findingOf,
  kindsOf,
  makeEvidence,
  makeTrial,
  storedPair,
  type MadeSuite,
  type Results,
} from '../../../test/support/judge-evidence.ts';
import { InvariantError } from '../../base/invariant.ts';
import { digestOf } from '../../model/digest.ts';
import type { Verdict } from '../../model/verdict.ts';
import { conclude, judgeSet, nextTrials } from './judge.ts';

/** The same results each time, by side. */
const always =
  (baseline: Results, candidate: Results): MadeSuite =>
  ({ side }) => ({ results: side === 'baseline' ? baseline : candidate });

/** Its results in the screen, and then in every rerun. */
const byStep =
  (screen: MadeSuite, rerun: MadeSuite): MadeSuite =>
  (request, evidence) =>
    (request.step === 'screen' ? screen : rerun)(request, evidence);

const good: Results = { a: 'passed', b: 'passed', c: 'skipped' };

test('a clean suite costs one run a side and promotes', () => {
  const verdict = driveOne(always(good, good));
  assert.equal(verdict.verdict.kind, 'promote');
  assert.equal(verdict.trials, 2);
  assert.deepEqual(verdict.observed, { baseline: 3, candidate: 3 });
  assert.equal(verdict.counts.same, 3);
});

test('three screens take turns in who goes first', () => {
  const [next] = nextTrials([makeEvidence({ rule: { screenRuns: 3 } })], { canRerun: true });
  assert.deepEqual(
    next?.requests.map(({ side, round }) => `${round} ${side}`),
    ['1 baseline', '1 candidate', '2 candidate', '2 baseline', '3 baseline', '3 candidate'],
  );
});

test('a test that fails each time in the candidate only is regressed after three reruns a side', () => {
  const verdict = driveOne(always(good, { ...good, b: 'failed: boom' }));
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.equal(verdict.trials, 2 + 2 * 3);
  const finding = findingOf(verdict, 'b');
  assert.equal(finding.kind, 'regressed');
  assert.equal(finding.candidateDetail, 'boom');
  assert.deepEqual(finding.confirmed, {
    baselinePassed: 3,
    baselineFailed: 0,
    candidatePassed: 0,
    candidateFailed: 3,
    p: 0.05,
  });
  assert.equal(
    verdict.verdict.sentence,
    '1 of 2 tests that pass in the baseline fails in the candidate; first: b',
  );
  assert.equal(verdict.verdict.mover, 'image author');
});

test('with more suspects it takes more reruns, and only those that are undecided are run again', () => {
  const baseline: Results = { a: 'passed', b: 'passed', c: 'passed', d: 'passed', e: 'passed', f: 'passed' };
  const asked: string[] = [];
  const verdict = driveOne((request) => {
    asked.push(`${request.step} ${request.side} ${request.only?.join('') ?? 'all'}`);
    if (request.side === 'baseline') return { results: baseline };
    const cured: Results = request.step === 'screen' ? { c: 'failed' } : { c: 'passed' };
    return { results: { ...baseline, a: 'failed', b: 'failed', ...cured } };
  });
  assert.deepEqual(kindsOf(verdict), {
    a: 'regressed',
    b: 'regressed',
    c: 'same',
    d: 'same',
    e: 'same',
    f: 'same',
  });
  assert.match(findingOf(verdict, 'c').because, /exonerated/);
  assert.deepEqual(asked.slice(2), [
    'confirm baseline abc',
    'confirm candidate abc',
    'confirm candidate abc',
    'confirm baseline abc',
    'confirm baseline abc',
    'confirm candidate abc',
    'confirm candidate ab',
    'confirm baseline ab',
  ]);
});

test('suspects of all units count together, and all screens come before the first confirmation', () => {
  const parts = ['one', 'two', 'three', 'four'].map((suite) => makeEvidence({ suite }));
  const steps: string[] = [];
  const { suites } = drive(parts, (request) => {
    steps.push(request.step);
    return { results: request.side === 'baseline' ? good : { ...good, a: 'failed' } };
  });
  assert.ok(
    suites.every(({ verdict, trials }) => verdict.kind === 'reject: regression' && trials === 2 + 2 * 5),
  );
  assert.equal(steps.lastIndexOf('screen'), 4 * 2 - 1);
});

test('a test that fails on both sides never blocks', () => {
  const verdict = driveOne(always({ ...good, b: 'failed: x' }, { ...good, b: 'failed: x' }));
  assert.equal(verdict.verdict.kind, 'promote');
  assert.equal(verdict.trials, 2);
  assert.equal(
    verdict.verdict.sentence,
    'the candidate holds up in 1 test that passes in the baseline (1 fails on both sides)',
  );
});

test('a suspect whose baseline fails once and whose candidate passes once is flaky on both', () => {
  const verdict = driveOne(
    byStep(always(good, { ...good, b: 'failed' }), ({ round, side }) => ({
      results: { b: (side === 'baseline') === (round === 1) ? 'failed' : 'passed' },
    })),
  );
  assert.equal(findingOf(verdict, 'b').kind, 'flaky-on-both');
  assert.equal(verdict.verdict.kind, 'promote');
});

test('a suspect that fails at times in the candidate and never in the baseline is newly flaky', () => {
  const verdict = driveOne(
    byStep(always(good, { ...good, b: 'failed' }), ({ round, side }) => ({
      results: { b: side === 'candidate' && round % 3 === 1 ? 'failed' : 'passed' },
    })),
  );
  assert.equal(findingOf(verdict, 'b').kind, 'newly-flaky');
  assert.equal(verdict.verdict.kind, 'hold: newly flaky');
  assert.equal(verdict.trials, 2 + 2 * 6);
});

test('a suspect that fails on both sides in every rerun was not confirmed, and holds: the reruns may be to blame', () => {
  const verdict = driveOne(
    byStep(always(good, { ...good, b: 'failed' }), always({ b: 'failed' }, { b: 'failed' })),
  );
  assert.equal(findingOf(verdict, 'b').kind, 'unconfirmed');
  assert.equal(verdict.verdict.kind, 'hold: no evidence');
});

test('a suspect of which reruns tell nothing is unconfirmed and holds', () => {
  const screen = always(good, { ...good, b: 'failed' });
  const silent: readonly (readonly [string, MadeSuite])[] = [
    ['absent', () => ({ results: { a: 'passed' } })],
    ['skipped', () => ({ results: { b: 'skipped' } })],
    ['precluded', () => ({ results: { b: 'precluded' } })],
    ['timed out', () => ({ results: { b: 'failed' }, end: { kind: 'timed-out', afterMs: 1000 } })],
    [
      'truncated',
      () => ({ results: { b: 'failed' }, report: { kind: 'broken', code: 'truncated', why: 'cut' } }),
    ],
  ];
  for (const [name, rerun] of silent) {
    const verdict = driveOne(byStep(screen, rerun));
    assert.equal(findingOf(verdict, 'b').kind, 'unconfirmed', name);
    assert.equal(verdict.verdict.kind, 'hold: no evidence', name);
  }
});

test('a rerun that errors counts as a failure', () => {
  const verdict = driveOne(
    byStep(always(good, { ...good, b: 'failed' }), always({ b: 'passed' }, { b: 'errored' })),
  );
  assert.equal(findingOf(verdict, 'b').kind, 'regressed');
});

test('of several screens the baseline is taken at its best and the candidate at its worst', () => {
  const verdict = driveOne(
    byStep(
      ({ round, side }) => ({
        results: {
          a: side === 'baseline' && round === 1 ? 'failed' : 'passed',
          b: side === 'candidate' && round === 3 ? 'failed' : 'passed',
        },
      }),
      always({ b: 'passed' }, { b: 'failed' }),
    ),
    { rule: { screenRuns: 3 } },
  );
  assert.deepEqual(kindsOf(verdict), { b: 'regressed', a: 'same' });
});

test('lost coverage rejects without a rerun, unless the rule allows it', () => {
  const lost = always(good, { a: 'skipped: no network', c: 'skipped' });
  const verdict = driveOne(lost);
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.equal(verdict.trials, 2);
  assert.equal(
    verdict.verdict.sentence,
    '2 of 2 tests that pass in the baseline do not run in the candidate; first: a',
  );
  assert.match(findingOf(verdict, 'a').because, /no network/);
  const allowed = driveOne(always({ ...good, d: 'passed' }, good), { rule: { lostCoverage: 'allow' } });
  assert.equal(allowed.verdict.kind, 'promote');
  assert.equal(allowed.counts['lost-coverage'], 1);
});

test('a test before which the suite stopped is lost, with the reason', () => {
  const verdict = driveOne(always(good, { ...good, b: 'precluded: bailed out' }));
  assert.equal(findingOf(verdict, 'b').kind, 'lost-coverage');
  assert.equal(findingOf(verdict, 'b').candidate, 'missing');
  assert.match(findingOf(verdict, 'b').because, /stopped before it in the candidate: bailed out/);
  const both = driveOne(always({ ...good, b: 'precluded' }, { ...good, b: 'precluded' }));
  assert.equal(findingOf(both, 'b').kind, 'same');
});

test('a new test that fails holds for a person to decide, without reruns', () => {
  const verdict = driveOne(always(good, { ...good, d: 'failed' }));
  assert.equal(verdict.verdict.kind, 'hold: needs approval');
  assert.equal(verdict.verdict.mover, 'maintainer');
  assert.equal(verdict.trials, 2);
});

test('nothing comparable holds', () => {
  for (const [baseline, candidate] of [
    [{}, {}],
    [{}, { a: 'passed' }],
    [{ a: 'skipped' }, { a: 'skipped' }],
    [{ a: 'skipped' }, { a: 'passed' }],
    [{ a: 'failed' }, {}],
  ] as const) {
    assert.equal(driveOne(always(baseline, candidate)).verdict.kind, 'hold: no evidence');
  }
});

test('a candidate that has no test left is rejected for lost coverage', () => {
  assert.equal(driveOne(always(good, {})).verdict.kind, 'reject: regression');
});

test('one exit status that is bad on both sides is not comparable', () => {
  const verdict = driveOne(always({ it: 'failed' }, { it: 'failed' }), { oneBit: true });
  assert.equal(findingOf(verdict, 'it').kind, 'not-comparable');
  assert.equal(verdict.verdict.kind, 'hold: no evidence');
  assert.equal(
    driveOne(always({ it: 'failed' }, { it: 'passed' }), { oneBit: true }).verdict.kind,
    'promote',
  );
  assert.equal(
    driveOne(always({ it: 'passed' }, { it: 'failed' }), { oneBit: true }).verdict.kind,
    'reject: regression',
  );
  const turned = byStep(
    always({ it: 'passed' }, { it: 'failed' }),
    always({ it: 'failed' }, { it: 'failed' }),
  );
  assert.equal(driveOne(turned, { oneBit: true }).verdict.kind, 'hold: no evidence');
});

test('a command that fails although no test does is a suspect of its own, confirmed by whole runs', () => {
  const crash: MadeSuite = ({ side }) => ({
    results: good,
    end: { kind: 'exited', status: side === 'candidate' ? 139 : 0 },
  });
  const verdict = driveOne(crash);
  assert.equal(verdict.verdict.kind, 'reject: regression');
  assert.match(verdict.findings[0]?.candidateDetail ?? '', /status 139 although no test failed/);
  const both: MadeSuite = () => ({ results: good, end: { kind: 'exited', status: 2 } });
  assert.equal(driveOne(both).verdict.kind, 'promote');
});

test('stored results: a suspect is unconfirmed and holds, lost coverage rejects', () => {
  const suspect = concludeStored(storedPair(good, { ...good, b: 'failed' }));
  assert.equal(suspect.verdict.kind, 'hold: no evidence');
  assert.equal(suspect.verdict.sentence, '1 regression is unconfirmed, for nothing was run again; first: b');
  assert.equal(concludeStored(storedPair(good, { a: 'passed' })).verdict.kind, 'reject: regression');
  assert.equal(concludeStored(storedPair(good, good)).verdict.kind, 'promote');
});

test('evidence that is not finished promotes nothing and rejects nothing', () => {
  const evidence = makeEvidence();
  const { evidences } = drive([evidence], always(good, { ...good, b: 'failed' }));
  const trials = evidences[0]?.trials ?? [];
  for (let had = 0; had < trials.length; had += 1) {
    for (const canRerun of [true, false]) {
      const [verdict] = conclude([{ ...evidence, trials: trials.slice(0, had) }], { canRerun });
      assert.equal(verdict?.verdict.kind, 'hold: no evidence', `${had} of ${trials.length} runs`);
    }
  }
});

test('finished evidence is judged alike whether anything could be run again or not', () => {
  const { evidences, suites } = drive([makeEvidence()], always(good, { ...good, b: 'failed' }));
  assert.deepEqual(conclude(evidences, { canRerun: false }), suites);
});

test('evidence of another image, two answers to one request, two pieces for one unit, two rules: our own mistake', () => {
  const evidence = makeEvidence();
  const trial = makeTrial({ step: 'screen', side: 'candidate', round: 1, only: undefined }, evidence, {});
  const judge = (...evidences: readonly (typeof evidence)[]) => conclude(evidences, { canRerun: true });
  assert.throws(
    () => judge({ ...evidence, trials: [{ ...trial, image: digestOf('other') }] }),
    InvariantError,
  );
  assert.throws(() => judge({ ...evidence, trials: [trial, trial] }), InvariantError);
  assert.throws(() => judge(evidence, evidence), InvariantError);
  assert.throws(() => judge(evidence, makeEvidence({ suite: 'b', rule: { alpha: 0.1 } })), InvariantError);
});

const member = (image: string, ...suites: readonly (readonly [string, MadeSuite])[]) => ({
  image,
  baselineReference: `registry.example/${image}:1`,
  baseline: digestOf('baseline'),
  candidate: digestOf('candidate'),
  suites: suites.map(([suite, behaviour]) => driveOne(behaviour, { image, suite })),
});
const clean = always(good, good);
const bad = always(good, { ...good, b: 'failed' });

test('the worst wins over suites and images, and says where', () => {
  const set = judgeSet([member('one', ['unit', clean]), member('two', ['unit', clean], ['e2e', bad])]);
  assert.equal(set.verdict.kind, 'reject: regression');
  assert.equal(
    set.verdict.sentence,
    'two: e2e: 1 of 2 tests that pass in the baseline fails in the candidate; first: b',
  );
  assert.deepEqual(
    set.members.map(({ verdict }) => verdict.kind),
    ['promote', 'reject: regression'],
  );
});

test('the worst wins over platforms, and says on which', () => {
  const { suites, ...one } = member('one', ['unit', clean], ['unit', bad]);
  const placed = suites.map((suite, index) => ({
    ...suite,
    platform: index === 0 ? 'linux/amd64' : 'linux/arm64',
  }));
  const { verdict } = judgeSet([{ ...one, suites: placed }]);
  assert.equal(verdict.kind, 'reject: regression');
  assert.match(verdict.sentence, /^unit on linux\/arm64: /);
});

test('a set whose suites are all clean promotes', () => {
  const set = judgeSet([member('one', ['unit', clean], ['e2e', clean]), member('two', ['unit', clean])]);
  assert.deepEqual(
    [set.verdict.kind, set.verdict.sentence, set.members[0]?.verdict.sentence],
    ['promote', 'all 2 images hold up', 'the candidate holds up in all 2 suites'],
  );
});

test('an image without suites, and a set without images, are not proven', () => {
  assert.equal(judgeSet([member('one')]).verdict.kind, 'hold: no evidence');
  assert.equal(judgeSet([]).verdict.kind, 'hold: no evidence');
});

test('what comes from no suite counts as well', () => {
  const other: Verdict = {
    kind: 'reject: regression',
    sentence: 'arm64 is gone',
    mover: 'image author',
    next: 'build',
  };
  assert.equal(judgeSet([member('one', ['unit', clean])], [other]).verdict, other);
});
