import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleReports, type SampleName } from '../../../test/support/sample-report.ts';
import { sampleUnit, type SampleTest } from '../../../test/support/sample-unit.ts';
import { isFailure } from '../../base/failure.ts';
import { parseReport } from '../../model/report-document.ts';
import { reportDocument } from './document.ts';
import { renderJson } from './json.ts';
import { reportLimits } from './report-limits.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

for (const name of [
  'promoted',
  'rejected',
  'regressed',
  'held',
  'broken',
  'results',
  'hostile',
] satisfies SampleName[]) {
  test(`the document of a report that is ${name} fits its schema and is read back as it was`, () => {
    const document = reportDocument(sampleReports[name]());
    const text = renderJson(document);
    assert.deepEqual(parseReport(bytes(text), 'r.json'), JSON.parse(text));
    assert.deepEqual(parseReport(bytes(text), 'r.json'), document);
  });
}

test('tests that are the same are counted, all others are listed', () => {
  const [gyp, resolve] = reportDocument(sampleReports.rejected()).suites;
  assert.equal(gyp?.findings.length, 27 + 7);
  assert.equal(resolve?.counts.same, 290);
  assert.equal(resolve?.findings.length, 27 + 2 + 2);
});

test('what errored and was not repaired is listed with its side', () => {
  const [gyp] = reportDocument(sampleReports.rejected()).suites;
  assert.deepEqual(gyp?.errors.map(({ test: name, side }) => [name, side]).slice(0, 2), [
    ['gyp.MSVSSettings_test', 'candidate'],
    ['gyp.common_test', 'candidate'],
  ]);
});

test('findings beyond the limit are counted', () => {
  const tests = Array.from({ length: reportLimits.findingsMax + 7 }, (_, index): SampleTest => ({
    parts: { name: `test ${index}` },
    kind: 'regressed',
    baseline: 'passed',
    candidate: 'failed',
    candidateDetail: 'x'.repeat(1_000),
  }));
  const unit = sampleUnit({
    image: 'ci',
    suite: 'unit',
    verdict: { kind: 'reject: regression', sentence: 'x', mover: 'image author', next: 'y' },
    tests,
    trials: [],
  });
  const [suite] = reportDocument({ ...sampleReports.rejected(), units: [unit] }).suites;
  assert.equal(suite?.findings.length, reportLimits.findingsMax);
  assert.equal(suite?.findingsLeftOut, 7);
  const details = suite?.findings.filter(({ candidateDetail }) => candidateDetail !== undefined) ?? [];
  assert.equal(details.length, Math.floor(reportLimits.detailCharsMax / 1_000));
});

test('a document of another kind, and one with a key too many, are refused', () => {
  const refused = (error: unknown): boolean => isFailure(error, 'path-refused');
  assert.throws(() => parseReport(bytes('{}'), 'r.json'), refused);
  assert.throws(() => parseReport(bytes('no'), 'r.json'), refused);
  const extra = { ...reportDocument(sampleReports.promoted()), more: 1 };
  assert.throws(() => parseReport(bytes(JSON.stringify(extra)), 'r.json'), refused);
});
