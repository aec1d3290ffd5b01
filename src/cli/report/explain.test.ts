import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReportSuite } from '../../model/report-document.ts';
import { sampleReports } from '../../../test/support/sample-report.ts';
import { sampleUnit, type SampleTest, type SampleTrial } from '../../../test/support/sample-unit.ts';
import { reportDocument } from './document.ts';
import { explainLost, nameBelow, toldAsCause } from './explain.ts';

function suiteOf(tests: readonly SampleTest[], candidate: Partial<SampleTrial> = {}): ReportSuite {
  const unit = sampleUnit({
    image: 'ci',
    suite: 'unit',
    verdict: { kind: 'reject: regression', sentence: 'x', mover: 'image author', next: 'y' },
    tests,
    trials: [
      { step: 'screen', side: 'baseline', atSeconds: 0, seconds: 1 },
      { step: 'screen', side: 'candidate', atSeconds: 1, seconds: 1, ...candidate },
    ],
  });
  const [suite] = reportDocument({ ...sampleReports.rejected(), units: [unit] }).suites;
  assert.ok(suite);
  return suite;
}

const lost = (parts: SampleTest['parts']): SampleTest => ({
  parts,
  kind: 'lost-coverage',
  baseline: 'passed',
  candidate: 'missing',
});
const error = (parts: SampleTest['parts'], candidateDetail: string): SampleTest => ({
  parts,
  kind: 'regressed',
  baseline: 'missing',
  candidate: 'errored',
  candidateDetail,
});

test('27 tests lost to seven files that miss one library are one group with one cause', () => {
  const [gyp] = reportDocument(sampleReports.rejected()).suites;
  assert.ok(gyp);
  const [group, ...others] = explainLost(gyp);
  assert.equal(others.length, 0);
  assert.equal(group?.count, 27);
  assert.equal(group?.cause?.line, "ModuleNotFoundError: No module named 'distutils'");
  assert.equal(group?.cause?.places.length, 7);
  assert.deepEqual(
    group?.modules.map(({ name, tests }) => [name, tests.length]),
    [
      ['gyp.MSVSSettings_test', 8],
      ['gyp.input_test', 7],
      ['gyp.easy_xml_test', 5],
      ['gyp.common_test', 4],
      ['gyp.generator.ninja_test', 2],
      ['gyp.generator.msvs_test', 1],
    ],
  );
  assert.equal(toldAsCause(explainLost(gyp)).size, 7);
});

test('a runner that takes its paths from another root is still understood', () => {
  const suite = suiteOf([
    lost({ class: 'gyp.common_test.TestA', name: 'a' }),
    error({ class: '', name: 'pylib.gyp.common_test' }, 'E   ImportError: x'),
  ]);
  assert.deepEqual(
    explainLost(suite).map(({ cause }) => cause?.line),
    ['ImportError: x'],
  );
});

test('a file path explains the class that lies in it', () => {
  const suite = suiteOf([
    lost({ file: 'test/server.test.js', name: 'listens' }),
    error({ file: 'test/server.test.js', name: 'Test suite failed to run' }, 'SyntaxError: Unexpected token'),
  ]);
  assert.equal(explainLost(suite)[0]?.cause?.line, 'SyntaxError: Unexpected token');
});

test('different errors are different groups, the larger first; an error elsewhere explains nothing', () => {
  const suite = suiteOf([
    lost({ class: 'a.one', name: '1' }),
    lost({ class: 'a.two', name: '1' }),
    lost({ class: 'a.two', name: '2' }),
    lost({ class: 'b.three', name: '1' }),
    error({ name: 'a.one' }, 'E   KeyError: 1'),
    error({ name: 'a.two' }, 'E   KeyError: 2'),
    error({ name: 'c.four' }, 'E   KeyError: 3'),
  ]);
  assert.deepEqual(
    explainLost(suite).map(({ cause, count }) => [cause?.line, count]),
    [
      ['KeyError: 2', 2],
      ['KeyError: 1', 1],
      [undefined, 1],
    ],
  );
});

test('a run that was cut off explains what nothing else does', () => {
  const suite = suiteOf([lost({ name: 'a' })], {
    end: { kind: 'timed-out', afterMs: 60_000 },
    report: { kind: 'broken', code: 'truncated', why: 'it ends in the middle of an element' },
    log: 'still waiting',
  });
  const [group] = explainLost(suite);
  assert.equal(
    group?.cause?.line,
    'the run ended with: timed out after 1 min, it ends in the middle of an element',
  );
  assert.equal(group?.cause?.detail, 'still waiting');
});

test('tests without file and class are one module without a name, and shown by their whole name', () => {
  const [group] = explainLost(suiteOf([lost({ name: 'a' }), lost({ name: 'b' })]));
  const [module] = group?.modules ?? [];
  assert.ok(module);
  assert.equal(module.name, undefined);
  assert.deepEqual(
    module.tests.map((each) => nameBelow(each, module)),
    ['a', 'b'],
  );
});

test('below its module a test is called by what is left of its name', () => {
  const [gyp] = reportDocument(sampleReports.rejected()).suites;
  assert.ok(gyp);
  const [module] = explainLost(gyp)[0]?.modules ?? [];
  assert.ok(module?.tests[0]);
  assert.equal(
    nameBelow(module.tests[0], module),
    'TestSequenceFunctions › testConvertToMSBuildSettings_actual',
  );
});

test('a suite that lost nothing has nothing to explain', () => {
  assert.deepEqual(
    explainLost(suiteOf([{ parts: { name: 'a' }, kind: 'same', baseline: 'passed', candidate: 'passed' }])),
    [],
  );
});
