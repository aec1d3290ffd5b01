import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import { sampleReports, type SampleName } from '../../../test/support/sample-report.ts';
import type { ReportDocument } from '../../model/report-document.ts';
import { reportDocument } from './document.ts';
import { githubAnnotations } from './github.ts';

const document = (name: SampleName): ReportDocument => reportDocument(sampleReports[name]());

for (const name of ['promoted', 'rejected', 'regressed', 'held', 'hostile'] as const) {
  test(`the annotations of a report that is ${name} read as their golden`, () => {
    assertGolden(`report/${name}.github.txt`, githubAnnotations(document(name)));
  });
}

test('whatever a test is called, each line is one of our own commands', () => {
  for (const name of ['rejected', 'regressed', 'held', 'hostile'] as const) {
    const lines = githubAnnotations(document(name)).trimEnd().split('\n');
    for (const line of lines) {
      assert.match(line, /^::(?:error|warning|notice) (?:file=[^:,]+,)?title=[^:,\r\n]*::[^\r\n]*$/);
      assert.doesNotMatch(line.slice(2), /(?:^|\s|%0A)::\w|##\w*\[/, 'no command within a command');
    }
  }
});

test('no level has more than the ten annotations that a step shows, and a hold is an error', () => {
  const lines = githubAnnotations(document('rejected')).split('\n');
  for (const level of ['error', 'warning', 'notice'])
    assert.ok(lines.filter((line) => line.startsWith(`::${level} `)).length <= 10);
  assert.equal(lines.filter((line) => line.startsWith('::error ')).length, 10);
  assert.match(githubAnnotations(document('held')), /^::error title=hold/);
});
