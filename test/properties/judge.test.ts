import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Evidence } from '../../src/model/evidence.ts';
import type { SuiteVerdict } from '../../src/model/verdict.ts';
import { conclude, judgeSet, nextTrials } from '../../src/stages/judge/judge.ts';
import { drive, makeEvidence, type EvidenceParts, type UnitRequest } from '../support/judge-evidence.ts';
import {
  drawn,
  flaky,
  simulate,
  type Chances,
  type SimulatedSuite,
  type SimulatedTest,
} from '../support/judge-simulator.ts';

// Every run of the project draws the same cases; a case that fails is kept as a test of its own.
const settings = { seed: 20_260_314, numRuns: 300 };

const chances: fc.Arbitrary<Chances> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Chances>(
      { failed: 1 },
      { skipped: 1 },
      { errored: 1 },
      { absent: 1 },
      { precluded: 1 },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      failed: fc.constantFrom(0, 0.1, 0.5),
      skipped: fc.constantFrom(0, 0.1),
      errored: fc.constantFrom(0, 0.1, 0.3),
      precluded: fc.constantFrom(0, 0.05),
      absent: fc.constantFrom(0, 0.05),
    }),
  },
);

const suites: fc.Arbitrary<SimulatedSuite> = fc.record({
  tests: fc
    .array(fc.record({ baseline: chances, candidate: chances }), { maxLength: 12 })
    .map((all) => all.map((each, index): SimulatedTest => ({ ...each, name: `t${index}` }))),
  broken: fc.record({
    baseline: fc.constantFrom(0, 0, 0, 0.2, 0.7, 1),
    candidate: fc.constantFrom(0, 0, 0, 0.2, 0.7, 1),
  }),
});

const parts: fc.Arbitrary<EvidenceParts> = fc.record({
  hasBaseline: fc.constantFrom(true, true, true, false),
  preflight: fc.boolean(),
  mustPass: fc.constantFrom<readonly string[]>([], [], ['t0'], ['t1*']),
});

const rules = fc.record({
  screenRuns: fc.constantFrom(1, 1, 3),
  confirmRuns: fc.constantFrom(3, 6),
  errorRuns: fc.constantFrom(0, 1, 3),
  lostCoverage: fc.constantFrom('block' as const, 'allow' as const),
});

/** Up to three units of one rule, and what their suites do. */
const sets = fc.record({
  seed: fc.nat(),
  rule: rules,
  units: fc.array(fc.record({ suite: suites, parts }), { minLength: 1, maxLength: 3 }),
});

type DrawnSet = typeof sets extends fc.Arbitrary<infer Value> ? Value : never;

function begin({ rule, units }: DrawnSet): readonly Evidence[] {
  return units.map((unit, index) => makeEvidence({ ...unit.parts, suite: `suite ${index}`, rule }));
}

const behave =
  ({ seed, units }: DrawnSet) =>
  (
    ...[request, evidence]: Parameters<ReturnType<typeof simulate>>
  ): ReturnType<ReturnType<typeof simulate>> => {
    if (request.step === 'preflight') return {};
    const unit = units[Number(evidence.suite.split(' ')[1])];
    assert.ok(unit);
    return simulate(unit.suite, seed)(request, evidence);
  };

const byUnit = (all: readonly SuiteVerdict[]): readonly SuiteVerdict[] =>
  all.toSorted((one, other) => (one.suite < other.suite ? -1 : 1));

test('any set comes to its end within the runs that its rule allows', () => {
  fc.assert(
    fc.property(sets, (set) => {
      // `drive` fails where a unit takes more runs.
      const { evidences, suites: verdicts } = drive(begin(set), behave(set));
      assert.deepEqual(nextTrials(evidences, { canRerun: true }), []);
      assert.equal(verdicts.length, set.units.length);
    }),
    settings,
  );
});

test('the order of units, of trials and of arrival changes no verdict', () => {
  fc.assert(
    fc.property(sets, fc.nat(), (set, shuffle) => {
      const inOrder = drive(begin(set), behave(set));
      let turn = 0;
      const schedule = (all: readonly UnitRequest[]): readonly UnitRequest[] => {
        turn += 1;
        const mixed = all
          .map((each, index) => ({ each, at: drawn(shuffle, `${turn} ${index}`) }))
          .toSorted((one, other) => one.at - other.at)
          .map(({ each }) => each);
        return mixed.slice(0, Math.max(1, Math.ceil(mixed.length * drawn(shuffle, `share ${turn}`))));
      };
      const shuffled = drive(begin(set).toReversed(), behave(set), { schedule });
      assert.deepEqual(byUnit(shuffled.suites), byUnit(inOrder.suites));
    }),
    settings,
  );
});

test('the same evidence is asked the same and judged the same', () => {
  fc.assert(
    fc.property(sets, (set) => {
      const { evidences, suites: verdicts } = drive(begin(set), behave(set));
      assert.deepEqual(conclude(structuredClone(evidences), { canRerun: true }), verdicts);
      assert.deepEqual(conclude(evidences, { canRerun: false }), verdicts);
    }),
    { ...settings, numRuns: 100 },
  );
});

test('no unit of which anything is left to run is promoted', () => {
  fc.assert(
    fc.property(sets, fc.nat(), (set, seed) => {
      const { evidences } = drive(begin(set), behave(set));
      const thinned = evidences.map((evidence) => ({
        ...evidence,
        trials: evidence.trials.filter((_, index) => drawn(seed, `${evidence.suite} ${index}`) < 0.8),
      }));
      const verdicts = conclude(thinned, { canRerun: true });
      for (const { unit } of nextTrials(thinned, { canRerun: true })) {
        assert.notEqual(verdicts[unit]?.verdict.kind, 'promote');
      }
    }),
    settings,
  );
});

test('a test that always passes in the baseline and never in the candidate is never promoted', () => {
  const never = fc.constantFrom<Chances>(
    { failed: 1 },
    { errored: 1 },
    { failed: 0.5, errored: 0.5 },
    { failed: 0.5, skipped: 0.5 },
    { failed: 0.7, absent: 0.3 },
    { errored: 0.6, precluded: 0.4 },
    { absent: 1 },
  );
  fc.assert(
    fc.property(sets, never, (set, candidate) => {
      const victim: SimulatedTest = { name: 'victim', baseline: {}, candidate };
      const [first, ...others] = set.units;
      assert.ok(first);
      const hurt = {
        parts: { ...first.parts, hasBaseline: true },
        suite: { ...first.suite, tests: [...first.suite.tests, victim] },
      };
      const harmed = {
        ...set,
        rule: { ...set.rule, lostCoverage: 'block' as const },
        units: [hurt, ...others],
      };
      const { suites: verdicts } = drive(begin(harmed), behave(harmed));
      assert.notEqual(verdicts[0]?.verdict.kind, 'promote');
      const member = {
        image: 'app',
        baselineReference: 'app',
        baseline: undefined,
        candidate: makeEvidence().candidate,
      };
      assert.notEqual(judgeSet([{ ...member, suites: verdicts }]).verdict.kind, 'promote');
    }),
    { ...settings, numRuns: 500 },
  );
});

test('among tests that always pass, those that go from always to never are rejected, however many', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 60 }), (sound, broken) => {
      const tests = [
        ...Array.from({ length: sound }, (_, index) => flaky(`sound ${index}`, 1)),
        ...Array.from({ length: broken }, (_, index) => flaky(`broken ${index}`, 1, 0)),
      ];
      const { suites: verdicts } = drive(
        [makeEvidence()],
        simulate({ tests, broken: { baseline: 0, candidate: 0 } }, 1),
      );
      assert.equal(verdicts[0]?.verdict.kind, 'reject: regression');
      assert.equal(verdicts[0]?.counts.regressed, broken);
    }),
    { ...settings, numRuns: 50 },
  );
});

test('tests that fail on both sides never block', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 20 }), (sound, failing) => {
      const tests = [
        ...Array.from({ length: sound }, (_, index) => flaky(`sound ${index}`, 1)),
        ...Array.from({ length: failing }, (_, index) => flaky(`failing ${index}`, 0)),
      ];
      const { suites: verdicts } = drive(
        [makeEvidence()],
        simulate({ tests, broken: { baseline: 0, candidate: 0 } }, 1),
      );
      assert.deepEqual([verdicts[0]?.verdict.kind, verdicts[0]?.trials], ['promote', 2]);
    }),
    { ...settings, numRuns: 50 },
  );
});

test('every test of either side has exactly one finding, and the counts add up', () => {
  fc.assert(
    fc.property(sets, (set) => {
      for (const { findings, counts } of drive(begin(set), behave(set)).suites) {
        assert.equal(new Set(findings.map(({ test: id }) => id)).size, findings.length);
        assert.equal(
          Object.values(counts).reduce((sum, count) => sum + count, 0),
          findings.length,
        );
      }
    }),
    settings,
  );
});
