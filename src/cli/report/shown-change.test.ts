import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleReports } from '../../../test/support/sample-report.ts';
import type { ContentChange } from '../../model/change.ts';
import type { GateReport } from '../../model/gate-report.ts';
import { reportSchema } from '../../model/report-document.ts';
import { reportDocument } from './document.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { renderTerminal } from './terminal.ts';

const evil = '<img src=x>@team\u001b[31m';

const contents: ContentChange = {
  packages: Array.from({ length: 12 }, (_, at) => ({
    kind: 'up',
    ecosystem: 'deb',
    name: `libpart${at}${at === 0 ? evil : ''}`,
    architecture: 'amd64',
    from: '1.0',
    to: '2.0',
    fromSize: undefined,
    toSize: undefined,
  })),
  files: [],
  sizes: { from: 1, to: 2 },
  sharedUnread: 0,
  unread: [],
  findings: [],
};

/** A report whose images were read down to their files, with a hint for each test that got worse. */
function examined(): GateReport {
  const report = sampleReports.regressed();
  return {
    ...report,
    units: report.units.map((unit) => ({
      ...unit,
      change: {
        class: 'packages changed',
        settings: [],
        layers: { kept: 0, added: 1, removed: 1 },
        source: {
          repository: undefined,
          from: 'a',
          to: 'b',
          link: 'https://github.com/team/ci/compare/a...b',
          base: undefined,
        },
        contents,
      },
      leads: new Map(
        unit.verdict.findings.map(({ test: id }) => [
          id,
          [
            {
              what: `deb libpart1${evil}`,
              change: '1.0 → 2.0',
              because: '/usr/lib/x stands in what the test says',
            },
          ],
        ]),
      ),
    })),
  };
}

test('the change stands beside the verdict, and a hint says that it is one', () => {
  const document = reportSchema.parse(JSON.parse(JSON.stringify(reportDocument(examined()))));
  const forms = [
    renderTerminal(document, { columns: 100, colour: false, all: false }),
    renderMarkdown(document),
    renderHtml(document),
  ];
  for (const text of forms) {
    assert.match(text, /12 packages changed/);
    assert.match(text, /libpart3 1\.0 → 2\.0/);
    assert.match(text, /and 4 more/);
    assert.match(text, /A hint where to look, not a proof/);
    assert.match(text, /stands in what the test says/);
    assert.match(text, /https:\/\/github\.com\/team\/ci\/compare\/a\.\.\.b/);
    assert.doesNotMatch(text, /\u001b/);
  }
  assert.doesNotMatch(forms[2] ?? '', /<img/);
  assert.doesNotMatch((forms[1] ?? '').replaceAll(/`[^`]*`/g, ''), /<img/);
});
