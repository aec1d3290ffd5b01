import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import { hostileText } from '../../../test/support/sample-hostile.ts';
import { sampleReports, type SampleName } from '../../../test/support/sample-report.ts';
import { sampleUnit, type SampleTest } from '../../../test/support/sample-unit.ts';
import type { GateReport } from '../../model/gate-report.ts';
import { reportDocument } from './document.ts';
import { renderMarkdown } from './markdown.ts';
import { codeBlock, codeSpan, htmlCode, markdownText } from './markdown-text.ts';
import { reportLimits } from './report-limits.ts';

const render = (name: SampleName): string => renderMarkdown(reportDocument(sampleReports[name]()));

for (const name of ['promoted', 'rejected', 'regressed', 'held', 'results', 'hostile'] as const) {
  test(`a comment on a report that is ${name} reads as its golden`, () => {
    assertGolden(`report/${name}.md`, render(name));
  });
}

/** A report with so many findings that not all of them fit into a comment. */
function crowded(tests: number): GateReport {
  const regressed = Array.from({ length: tests }, (_, index): SampleTest => ({
    parts: { file: `tests/file_${index}.py`, name: `test_${index}` },
    kind: index % 3 === 0 ? 'regressed' : index % 3 === 1 ? 'still-failing' : 'new-failing',
    baseline: 'passed',
    candidate: 'failed',
    candidateDetail: `E   AssertionError: ${'x'.repeat(200)}\n`.repeat(30),
  }));
  const units = Array.from({ length: 12 }, (_, index) =>
    sampleUnit({
      image: 'ci',
      suite: `suite-${index}`,
      verdict: {
        kind: 'reject: regression',
        sentence: 'many tests fail',
        mover: 'image author',
        next: 'fix the image',
      },
      tests: regressed,
      trials: [{ step: 'screen', side: 'candidate', atSeconds: 0, seconds: 1 }],
    }),
  );
  return { ...sampleReports.rejected(), units };
}

test('a comment never exceeds its limit, and says what was left out', () => {
  const text = renderMarkdown(reportDocument(crowded(600)));
  assert.ok(text.length <= reportLimits.markdownCharsMax, String(text.length));
  assert.ok(text.length > reportLimits.markdownCharsMax * 0.8, 'the place is used');
  assert.match(
    text,
    /\*Left out here for length: .* and \d+ more\. All of it is in the HTML and JSON reports\.\*/,
  );
});

test('what rejects gets its place before what is merely shown', () => {
  const text = renderMarkdown(reportDocument(crowded(600)));
  assert.match(text, /\*\*Regressed\*\*: 200 tests/);
  assert.match(text, /Left out here for length: .*still failing/);
});

test('however much is left out, every fold and fence is closed', () => {
  const text = renderMarkdown(reportDocument(crowded(600)));
  assert.equal(text.match(/<details>/g)?.length, text.match(/<\/details>/g)?.length);
  assert.equal((text.match(/^```/gm)?.length ?? 0) % 2, 0);
});

test('a code span holds any number of backticks', () => {
  assert.equal(codeSpan('plain'), '`plain`');
  assert.equal(codeSpan('a `b` c'), '``a `b` c``');
  assert.equal(codeSpan('`'), '`` ` ``');
  assert.equal(codeSpan('```'), '```` ``` ````');
  assert.equal(codeSpan(''), '`(no name)`');
});

test('no comment begins in a code span: programs that look for their own would read it', () => {
  assert.ok(!codeSpan('<!-- lockkeeper: end -->').includes('<!--'));
});

test('a code block cannot be closed from within', () => {
  assert.match(
    codeBlock({ text: 'x\n````\n# heading', isLog: false }),
    /^`````text\nx\n````\n# heading\n`````$/,
  );
});

test('a name in a table holds nothing that ends a cell', () => {
  assert.equal(htmlCode('a|b`c\\'), '<code>a&#124;b&#96;c&#92;</code>');
});

test('running text calls nobody, points nowhere and is no markup', () => {
  assert.equal(markdownText('see @team and #12'), 'see @&#8203;team and \\#&#8203;12');
  assert.equal(
    markdownText('https://evil.example www.evil.example'),
    'https&#8203;://evil.example www&#8203;.evil.example',
  );
  assert.equal(
    markdownText('GH-12 !34 ~bug %1.0 &7'),
    'GH&#8203;-12 \\!&#8203;34 \\~&#8203;bug %&#8203;1.0 &#38;&#8203;7',
  );
  assert.equal(markdownText('*a* _b_ [c](d) <e> `f`'), '\\*a\\* \\_b\\_ \\[c\\](d) &#60;e&#62; \\`f\\`');
  assert.equal(markdownText('- a'), '\\- a');
  assert.equal(markdownText('12. a'), '12&#8203;. a');
  assert.equal(markdownText('# a'), '\\# a');
});

test('a comment that lands in the log of a CI job commands nothing', () => {
  const text = render('hostile');
  assert.doesNotMatch(text, /(?:^|\s)::|##\w*\[/m);
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
  assert.ok(text.isWellFormed());
});

test('outside of code, hostile text leaves no raw HTML', () => {
  const bare = render('hostile')
    .replaceAll(/^(`{3,})text\n[\s\S]*?^\1$/gm, '')
    .split('\n')
    .map((line) => line.replaceAll(/(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)/g, ''))
    .join('\n');
  const tags = new Set(Array.from(bare.matchAll(/<\/?(\w+)/g), ([, name]) => name));
  assert.deepEqual(tags, new Set(['sub', 'details', 'summary', 'code', 'b']));
  assert.ok(hostileText.includes('<script>'));
});
