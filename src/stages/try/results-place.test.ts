import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../base/limits.ts';
import type { Suite, SuiteResults } from '../../model/suite.ts';
import { resultsPlace } from './results-place.ts';

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
