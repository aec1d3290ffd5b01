import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleReports } from '../../../test/support/sample-report.ts';
import type { GateReport } from '../../model/gate-report.ts';
import { reportDocument } from './document.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { noticesOf } from './notices.ts';
import { renderTerminal } from './terminal.ts';

/** With the first screens of the baseline as an earlier gate left them. */
function withReuse(report: GateReport): GateReport {
  return {
    ...report,
    notices: ['the waiver of Ada for "a" on ci is unused'],
    units: report.units.map(({ evidence, ...unit }) => ({
      ...unit,
      evidence: {
        ...evidence,
        trials: evidence.trials.map((trial) =>
          trial.side === 'baseline' && trial.step === 'screen' ? { ...trial, reused: true } : trial,
        ),
      },
    })),
  };
}

test('every report says which side was not run, from when it is, and what was noticed', () => {
  const document = reportDocument(withReuse(sampleReports.promoted()));
  const [first = '', ...rest] = noticesOf(document);
  assert.match(first, /: the baseline’s screen is of 2026-03-14 09:\d\d:\d\d UTC, and was not run again$/);
  assert.equal(rest.at(-1), 'the waiver of Ada for "a" on ci is unused');
  const terminal = renderTerminal(document, { columns: 400, colour: false, all: false });
  for (const text of [terminal, renderMarkdown(document), renderHtml(document)]) {
    assert.match(text, /To know/);
    assert.match(text, /is unused/);
  }
});

test('a report of which nothing is to be known says nothing of it', () => {
  const document = reportDocument(sampleReports.promoted());
  assert.deepEqual(noticesOf(document), []);
  assert.doesNotMatch(renderMarkdown(document), /To know/);
});
