import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../base/limits.ts';
import type { Suite, SuiteResults } from '../../model/suite.ts';
import { isReportOf, resultsPlace } from './results-place.ts';

function suiteWith(results: SuiteResults): Suite {
  return {
    name: 's',
    command: { kind: 'shell', line: 'x' },
    source: undefined,
    mount: '/src',
    workdir: '/src/app',
    env: {},
    results,
    rerun: undefined,
    timeoutMs: 1,
    network: 'none',
    user: undefined,
    mustPass: [],
    sentinel: undefined,
  };
}

const places: readonly (readonly [string, string, string])[] = [
  ['report.xml', '/src/app', 'report.xml'],
  ['build/report.xml', '/src/app/build', 'report.xml'],
  ['./build/a/*.xml', '/src/app/build/a', '*.xml'],
  ['**/TEST-*.xml', '/src/app', '**/TEST-*.xml'],
  ['build/*/reports/*.xml', '/src/app/build', '*/reports/*.xml'],
  ['../out/*.tap', '/src/out', '*.tap'],
  ['/tmp/out/*.tap', '/tmp/out', '*.tap'],
  ['/report.xml', '/', 'report.xml'],
  ['build/{a,b}/x.xml', '/src/app/build', '{a,b}/x.xml'],
];

for (const [glob, directory, rest] of places) {
  test(`reports at ${glob} are looked for in ${directory} only`, () => {
    assert.deepEqual(resultsPlace(suiteWith({ format: 'junit', from: { kind: 'files', glob } })), {
      kind: 'files',
      directory,
      glob: rest,
      bytesMax: limits.reportsBytesMax,
      filesMax: limits.reportFilesMax,
    });
  });
}

test('standard output is bounded, and an exit status needs nothing', () => {
  assert.deepEqual(resultsPlace(suiteWith({ format: 'tap', from: { kind: 'stdout' } })), {
    kind: 'stdout',
    bytesMax: limits.stdoutReportBytesMax,
  });
  assert.deepEqual(resultsPlace(suiteWith({ format: 'exit-status' })), { kind: 'nothing' });
});

const reports: readonly (readonly [glob: string, path: string, isReport: boolean])[] = [
  ['out/*.xml', '/src/app/out/a.xml', true],
  ['./out/*.xml', '/src/app/out/a.xml', true],
  ['out/*.xml', '/src/out/a.xml', false],
  ['out/*.xml', '/src/app/out/deep/a.xml', false],
  ['../out/*.xml', '/src/out/a.xml', true],
  ['**/TEST-*.xml', '/src/app/x/y/TEST-1.xml', true],
  ['**/TEST-*.xml', '/src/TEST-1.xml', false],
  ['/src/app/*.xml', '/src/app/a.xml', true],
  ['/tmp/*.xml', '/src/tmp/a.xml', false],
];

for (const [glob, path, isReport] of reports) {
  test(`${path} ${isReport ? 'is' : 'is not'} a report at ${glob}`, () => {
    assert.equal(isReportOf(suiteWith({ format: 'junit', from: { kind: 'files', glob } }))(path), isReport);
  });
}

test('a suite that leaves no file has no file that is its report', () => {
  assert.equal(isReportOf(suiteWith({ format: 'tap', from: { kind: 'stdout' } }))('/src/app/stdout'), false);
  assert.equal(isReportOf(suiteWith({ format: 'exit-status' }))('/src/app/a.xml'), false);
});
