import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  assertCounts,
  assertCuts,
  assertSound,
  assertSurvives,
  formatOfSample,
} from '../../../../test/support/reports/fuzz.ts';
import { report, sample, sampleNames } from '../../../../test/support/reports/sample.ts';
import { limits } from '../../../base/limits.ts';
import { reportFormats } from '../../../model/report-format.ts';
import type { ReportState } from '../../../model/trial.ts';
import { readResults, type Results } from './read.ts';

const mount = '/src';
const newline = 0x0a;
const whole = (name: string): string => `<testsuite><testcase classname="c" name="${name}"/></testsuite>`;

function code(state: ReportState): string {
  return state.kind === 'complete' ? 'complete' : state.code;
}

function names({ observations }: Results): readonly string[] {
  return observations.map(({ id }) => id);
}

test('several reports are read in the order of their paths, whatever order they come in', () => {
  const files = [report('b.xml', whole('x')), report('B.xml', whole('x')), report('a/z.xml', whole('y'))];
  const results = readResults('junit', files, { mount });
  assert.deepEqual(names(results), ['c › x', 'c › y', 'c › x #2']);
  assert.deepEqual(readResults('junit', files.toReversed(), { mount }), results);
});

test('one broken report breaks the whole, and the tests of the others stay', () => {
  const files = [
    report('1.xml', whole('x')),
    report('2.xml', '<testsuite>\n<testcase></testsuite>'),
    report('3.xml', whole('y')),
    report('4.xml', ''),
  ];
  const results = readResults('junit', files, { mount });
  assert.deepEqual(names(results), ['c › x', 'c › y']);
  assert.equal(code(results.report), 'malformed');
  assert.match(
    results.report.kind === 'broken' ? results.report.why : '',
    /^2\.xml:2:22 .*1 more report is broken$/,
  );
});

test('what stood before the fault is kept', () => {
  const results = readResults(
    'junit',
    [report('1.xml', '<testsuite><testcase name="a"/><testcase name="b"')],
    { mount },
  );
  assert.deepEqual(names(results), ['a']);
  assert.equal(code(results.report), 'truncated');
});

test('no report at all is missing', () => {
  assert.equal(code(readResults('junit', [], { mount }).report), 'missing');
});

test('another format is malformed', () => {
  assert.equal(
    code(readResults('junit', [report('a.xml', 'TAP version 13\n1..0\n')], { mount }).report),
    'malformed',
  );
  assert.equal(
    code(readResults('junit', [report('a.xml', '<html><body/></html>')], { mount }).report),
    'malformed',
  );
  assert.equal(code(readResults('tap', [report('a.tap', whole('x'))], { mount }).report), 'malformed');
});

test('an entity bomb is refused', () => {
  const bomb = `<!DOCTYPE x [${Array.from({ length: 30 }, (_, index) => `<!ENTITY e${index + 1} "&e${index};&e${index};">`).join('')}]>${whole('&e30;')}`;
  assert.equal(code(readResults('junit', [report('a.xml', bomb)], { mount }).report), 'refused');
});

test('reports beyond the limits are too large', () => {
  const large = { path: 'a.xml', bytes: new Uint8Array(limits.reportBytesMax + 1) };
  assert.equal(code(readResults('junit', [large], { mount }).report), 'too-large');
  assert.equal(code(readResults('junit', [large, large], { mount }).report), 'too-large');
  const third = { path: 'a.xml', bytes: new Uint8Array(limits.reportsBytesMax / 3 + 1) };
  const together = readResults('junit', [third, third, third], { mount }).report;
  assert.match(together.kind === 'broken' ? together.why : '', /^the reports are larger/);
  const many = Array.from({ length: limits.reportFilesMax + 1 }, (_, index) => report(`${index}.xml`, ''));
  assert.equal(code(readResults('junit', many, { mount }).report), 'too-large');
});

test('of a report with too many tests nothing is kept', () => {
  const text = `<testsuite>${'<testcase name="a"/>'.repeat(limits.observationsMax + 1)}</testsuite>`;
  const results = readResults('junit', [report('a.xml', whole('x')), report('b.xml', text)], { mount });
  assert.deepEqual([code(results.report), results.observations.length], ['too-large', 0]);
});

test('TAP reports that are several name their tests after themselves', () => {
  const files = [report('b.tap', '1..1\nok 1 - x\n'), report('a.tap', '1..1\nnot ok 1 - x\n')];
  assert.deepEqual(names(readResults('tap', files, { mount })), ['a.tap › x', 'b.tap › x']);
  assert.deepEqual(names(readResults('tap', files.slice(0, 1), { mount })), ['x']);
  assert.deepEqual(names(readResults('tap', files.slice(0, 1), { mount, namesFiles: true })), ['b.tap › x']);
});

for (const name of [
  ...sampleNames('xml'),
  ...sampleNames('tap'),
  ...sampleNames('json'),
  ...sampleNames('jsonl'),
]) {
  test(`${name}, cut at any byte, is never taken for a whole report`, () => {
    const bytes = sample(name);
    const format = formatOfSample(name);
    const all = readResults(format, [{ path: name, bytes }], { mount });
    const step = Math.ceil((bytes.length / 2000) ** 2);
    for (let length = 0; length < bytes.length; length += step) {
      const cut = readResults(format, [{ path: name, bytes: bytes.subarray(0, length) }], { mount });
      if (cut.report.kind === 'broken') continue;
      // Then nothing but what stands behind the last test is missing. Go does not say how many packages there will be.
      const isBetweenPackages = format === 'go-test' && [bytes[length - 1], bytes[length]].includes(newline);
      const kept = isBetweenPackages ? cut.observations.length : all.observations.length;
      assert.deepEqual(names(cut), names(all).slice(0, kept), `${length} of ${bytes.length} bytes`);
      assert.deepEqual(
        cut.observations.map(({ status }) => status),
        all.observations.slice(0, kept).map(({ status }) => status),
      );
    }
  });
}

for (const format of reportFormats) {
  test(`${format}: reports of generated tests are read as those tests, whole or cut`, () => {
    assertCounts(format, 200);
    assertCuts(format, 200);
  });
}

test('real reports that are damaged come back as a state of the report, never as an error', () => {
  assertSurvives(1000);
});

test('any bytes come back as a state of the report, never as an error', () => {
  const pieces = fc.constantFrom(
    '<testsuite>',
    '</testsuite>',
    '<testcase name="a">',
    '<testcase/>',
    '</testcase>',
    '<failure>',
    '</failure>',
    '<skipped/>',
    '&amp;',
    '&x;',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<!DOCTYPE x',
    '<?xml version="1.0"?>',
    '"',
    '>',
    '<',
    '{"results":',
    '{"tests":[',
    '{"name":"a","status":"passed"}',
    '{"Action":"run","Package":"p","Test":"A"}\n',
    '{"Action":"fail","Package":"p"}\n',
    '}',
    ']',
    ',',
    'ok 1 - a\n',
    'not ok\n',
    '1..2\n',
    '    ok 1\n',
    '    1..1\n',
    '# Subtest: x\n',
    '  ---\n',
    '  ...\n',
    'Bail out!\n',
    'ok 2 - x {\n',
    '}\n',
    'TAP version 14\n',
    'ok # SKIP\n',
    'not ok # TODO x\n',
    '\r\n',
    '\0',
  );
  const text = fc
    .array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 40 })
    .map((all) => new TextEncoder().encode(all.join('')));
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      for (const format of reportFormats) {
        assertSound(readResults(format, [{ path: 'x', bytes }], { mount }));
      }
    }),
    { numRuns: 2000 },
  );
});

test('100,000 tests are read within a second or so of processor time and a bounded memory', () => {
  const lines = Array.from(
    { length: 100_000 },
    (_, index) =>
      `<testcase classname="package.module_${index >> 6}.TestSuite" name="test_the_thing_number_${index}" time="0.00${index % 10}"/>`,
  );
  const bytes = new TextEncoder().encode(
    `<testsuite name="s" tests="100000">${lines.join('\n')}</testsuite>`,
  );
  const started = process.cpuUsage();
  const results = readResults('junit', [{ path: 'a.xml', bytes }], { mount });
  const { user } = process.cpuUsage(started);
  assert.equal(results.observations.length, 100_000);
  assert.equal(results.report.kind, 'complete');
  // Measured: 0.6 s. What this guards against is the parser turned into a dictionary (see xml.ts), which takes 3 s.
  assert.ok(user < 2_500_000, `${user} µs`);
});
