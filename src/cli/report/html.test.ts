import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { sampleReports, type SampleName } from '../../../test/support/sample-report.ts';
import { sampleUnit, type SampleTest } from '../../../test/support/sample-unit.ts';
import { reportDocument } from './document.ts';
import { renderHtml } from './html.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const render = (name: SampleName): string => renderHtml(reportDocument(sampleReports[name]()));
const samples = [
  'promoted',
  'rejected',
  'regressed',
  'held',
  'broken',
  'results',
  'hostile',
] as const satisfies readonly SampleName[];

/**
 * All elements in order. Our pages are written so that an XML parser reads them as well: that is a far stricter
 * judge than a browser, which mends everything. Only the texts of style and script are taken out before.
 */
function parse(page: string): readonly Element[] {
  const elements: Element[] = [];
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => elements.push({ name, attributes: { ...attributes } }));
  parser.write(
    page
      .replace('<!doctype html>', '')
      .replace(/<style>[^<]*<\/style>/, '<style/>')
      .replace(/<script>[\s\S]*?<\/script>/, '<script/>'),
  );
  parser.close();
  return elements;
}

for (const name of samples) {
  test(`the page of a report that is ${name} is well-formed and loads nothing`, () => {
    const page = render(name);
    for (const { name: tag, attributes } of parse(page)) {
      for (const [attribute, value] of Object.entries(attributes)) {
        assert.ok(!attribute.startsWith('on'), `${tag} ${attribute}`);
        assert.notEqual(attribute, 'style');
        if (attribute === 'src' || attribute === 'href') assert.match(value, /^(?:#|data:image\/svg\+xml,)/);
      }
    }
    assert.doesNotMatch(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? 'url(', /url\(|@import/);
  });

  test(`the page of a report that is ${name} gives orientation: headings, ids and labels fit`, () => {
    const elements = parse(render(name));
    const levels = elements.flatMap((each) =>
      /^h[1-6]$/.test(each.name) ? [Number(each.name.slice(1))] : [],
    );
    assert.equal(levels[0], 1);
    assert.equal(levels.filter((level) => level === 1).length, 1);
    levels.forEach((level, index) =>
      assert.ok(level <= (levels[index - 1] ?? 0) + 1, `h${level} after h${levels[index - 1]}`),
    );
    const ids = elements.flatMap(({ attributes }) => attributes['id'] ?? []);
    assert.equal(new Set(ids).size, ids.length);
    for (const { attributes } of elements) {
      const target =
        attributes['aria-labelledby'] ?? attributes['for'] ?? /^#(.+)/.exec(attributes['href'] ?? '')?.[1];
      if (target !== undefined) assert.ok(ids.includes(target), target);
      if (attributes['role'] === 'img' || attributes['role'] === 'region')
        assert.ok(attributes['aria-label']);
    }
  });
}

test('the policy allows exactly the style and the script of the page', () => {
  const page = render('rejected');
  const policy = parse(page).find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy')
    ?.attributes['content'];
  for (const tag of ['style', 'script']) {
    const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? '';
    const digest = createHash('sha256').update(text).digest('base64');
    assert.ok(policy?.includes(`${tag}-src 'sha256-${digest}'`), tag);
  }
  assert.match(policy ?? '', /^default-src 'none';/);
  assert.doesNotMatch(policy ?? '', /unsafe|https?:|\*/);
});

test('the lock is open for a promote only', () => {
  const says = (name: SampleName): string =>
    parse(render(name)).find(({ attributes }) => attributes['class'] === 'lock')?.attributes['aria-label'] ??
    '';
  assert.match(says('promoted'), /the gate is open/);
  assert.match(says('held'), /the gate stays shut/);
  assert.match(says('rejected'), /the gate is shut/);
});

test('27 lost tests stand under the error that took them away, beside what the baseline said', () => {
  const page = render('rejected');
  assert.match(page, /27 tests lost where\s+7 places\s+break/);
  assert.match(page, /<mark>E {3}ModuleNotFoundError: No module named &#39;distutils&#39;<\/mark>/);
  assert.match(page, /27 passed in 0\.42s/);
  assert.match(page, /The same in\s+<code>gyp\.generator\.xcode_test<\/code>/);
});

test('hostile text adds no element, no attribute and no control character', () => {
  const page = render('hostile');
  const known = new Set(
    samples
      .filter((name) => name !== 'hostile')
      .flatMap((name) => parse(render(name)).map((each) => each.name)),
  );
  const elements = parse(page);
  assert.deepEqual(
    [...new Set(elements.map((each) => each.name))].filter((name) => !known.has(name)),
    [],
  );
  assert.equal(page.match(/<script>/g)?.length, 1);
  assert.doesNotMatch(page, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
  assert.ok(page.isWellFormed());
  assert.ok(page.length < 300_000, String(page.length));
});

test('a report with 20,000 findings is a page that a browser can still open', () => {
  const tests = Array.from({ length: 20_000 }, (_, index): SampleTest => ({
    parts: { file: `tests/file_${index % 300}.py`, name: `test_${index}` },
    kind: index % 2 === 0 ? 'regressed' : 'lost-coverage',
    baseline: 'passed',
    candidate: index % 2 === 0 ? 'failed' : 'missing',
    candidateDetail: 'E   AssertionError: x\n'.repeat(20),
  }));
  const unit = sampleUnit({
    image: 'ci',
    suite: 'unit',
    verdict: { kind: 'reject: regression', sentence: 'x', mover: 'image author', next: 'y' },
    tests,
    trials: [{ step: 'screen', side: 'candidate', atSeconds: 0, seconds: 1 }],
  });
  const page = renderHtml(reportDocument({ ...sampleReports.rejected(), units: [unit] }));
  assert.ok(page.length < 5_000_000, String(page.length));
  assert.match(page, /more tests/);
});
