import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { sampleReports } from '../../../test/support/sample-report.ts';
import { isFailure } from '../../base/failure.ts';
import type { ReportDocument } from '../../model/report-document.ts';
import { reportDocument } from './document.ts';
import { addToSummary } from './github-summary.ts';
import { renderMarkdown } from './markdown.ts';
import { reportLimits } from './report-limits.ts';

async function summary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-summary-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return path.join(folder, 'summary.md');
}

/** Characters that take three bytes each, in more findings than fit. */
function wideReport(): ReportDocument {
  const report = reportDocument(sampleReports.regressed());
  const suites = report.suites.flatMap((suite) =>
    Array.from({ length: 150 }, (_, number) => ({
      ...suite,
      suite: `${suite.suite} ${number}`,
      findings: suite.findings.map((finding) => ({ ...finding, candidateDetail: '試験'.repeat(2_000) })),
    })),
  );
  return { ...report, suites };
}

test('the summary is begun where there is none, and holds more than a comment does', async (t) => {
  const file = await summary(t);
  await addToSummary(file, (room) => renderMarkdown(wideReport(), room));
  const text = await readFile(file, 'utf8');
  assert.ok(text.startsWith('### ❌ reject: regression'));
  assert.ok(text.length > reportLimits.markdownCharsMax);
  assert.ok(Buffer.byteLength(text) <= reportLimits.summaryOwnBytesMax);
  assert.ok(text.includes('*Left out here for length: '));
});

test('what is there already stays, and bytes count, not characters', async (t) => {
  const file = await summary(t);
  const before = 'é'.repeat((reportLimits.summaryBytesMax - 200_000) / 2);
  await writeFile(file, before);
  await addToSummary(file, (room) => renderMarkdown(wideReport(), room));
  const bytes = await readFile(file);
  assert.ok(bytes.length <= reportLimits.summaryBytesMax);
  assert.ok(bytes.length > reportLimits.summaryBytesMax - 60_000, 'the room is used');
  assert.ok(bytes.toString().startsWith(before));
});

test('a summary that is full is left as it is, and that is said', async (t) => {
  const file = await summary(t);
  const before = 'x'.repeat(reportLimits.summaryBytesMax - 1_000);
  await writeFile(file, before);
  const report = reportDocument(sampleReports.regressed());
  await assert.rejects(
    addToSummary(file, (room) => renderMarkdown(report, room)),
    (error) => isFailure(error, 'output-exists'),
  );
  assert.equal(await readFile(file, 'utf8'), before);
});
