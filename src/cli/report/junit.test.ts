import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { assertGolden } from '../../../test/support/golden.ts';
import { sampleReports, type SampleName } from '../../../test/support/sample-report.ts';
import { sampleUnit } from '../../../test/support/sample-unit.ts';
import type { GateReport } from '../../model/gate-report.ts';
import { renderJunit } from './junit.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** All elements in order; throws when the text is not well-formed. */
function parse(xml: string): readonly Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes }, text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (text) => {
    const last = open.at(-1);
    if (last !== undefined) last.text += text;
  });
  parser.write(xml).close();
  return elements;
}

const render = (name: SampleName): string => renderJunit(sampleReports[name]());
const named = (elements: readonly Element[], name: string): readonly Element[] =>
  elements.filter((each) => each.name === name);

for (const name of ['rejected', 'regressed', 'held', 'broken', 'results'] as const) {
  test(`JUnit of a report that is ${name} reads as its golden`, () => {
    // Hundreds of tests that are the same say nothing; one of each shape does.
    const same =
      /^ {4}<testcase classname="(?:core list|tests\.test_\d+)" name="(?:module|test_case)[^>]*\/>\n/gm;
    assertGolden(`report/${name}.junit.xml`, render(name).replaceAll(same, ''));
  });
}

test('the counts of each suite, and of all, are those of its cases', () => {
  for (const name of Object.keys(sampleReports)) {
    if (!isSample(name)) continue;
    const elements = parse(render(name));
    const [all] = named(elements, 'testsuites');
    const suites = named(elements, 'testsuite');
    for (const [attribute, element] of [
      ['tests', 'testcase'],
      ['failures', 'failure'],
      ['errors', 'error'],
      ['skipped', 'skipped'],
    ] as const) {
      const count = String(named(elements, element).length);
      assert.equal(all?.attributes[attribute], count, `${name} ${attribute}`);
      assert.equal(String(suites.reduce((sum, each) => sum + Number(each.attributes[attribute]), 0)), count);
    }
  }
});

test('27 tests that fail on both sides are skipped, so that a promoted candidate is green', () => {
  const elements = parse(render('promoted'));
  assert.equal(named(elements, 'failure').length + named(elements, 'error').length, 0);
  assert.equal(named(elements, 'skipped').length, 27);
});

test('lost tests and errors that took them away are failures, new failing tests are errors', () => {
  const elements = parse(render('rejected'));
  const verdict = 1;
  assert.equal(named(elements, 'failure').length, 27 + 7 + verdict);
  assert.equal(named(elements, 'error').length, 2);
});

test('lost coverage that the rule allows does not block', () => {
  const report = sampleReports.rejected();
  const units = report.units.map((unit) => ({
    ...unit,
    evidence: { ...unit.evidence, rule: { ...unit.evidence.rule, lostCoverage: 'allow' } as const },
  }));
  assert.equal(named(parse(renderJunit({ ...report, units })), 'failure').length, 7 + 1);
});

test('a hold without a test to blame is an error all the same', () => {
  const report: GateReport = { ...sampleReports.held(), units: [] };
  const [error] = named(parse(renderJunit(report)), 'error');
  assert.match(error?.text ?? '', /It is the operator’s move: give the trials more memory/);
});

test('a name that repeats keeps its number', () => {
  const twice = {
    parts: { file: 'test/a.js', class: 'core', name: 'loads' },
    kind: 'same',
    baseline: 'passed',
    candidate: 'passed',
  } as const;
  const unit = sampleUnit({
    image: 'ci',
    suite: 'unit',
    verdict: { kind: 'promote', sentence: 'x', mover: 'nobody', next: 'y' },
    tests: [twice, twice],
    trials: [{ step: 'screen', side: 'candidate', atSeconds: 0, seconds: 1 }],
  });
  const cases = named(parse(renderJunit({ ...sampleReports.promoted(), units: [unit] })), 'testcase');
  assert.deepEqual(
    cases.slice(1).map(({ attributes }) => [attributes['classname'], attributes['name']]),
    [
      ['core', 'loads'],
      ['core', 'loads #2'],
    ],
  );
});

test('hostile text is well-formed XML, holds no forbidden character and commands no CI system', () => {
  const text = render('hostile');
  parse(text);
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/u);
  assert.doesNotMatch(text, /(?:^|\s)::|##\w*\[/m);
  assert.ok(text.isWellFormed());
  assert.ok(text.length < 2_000_000);
});

function isSample(name: string): name is SampleName {
  return Object.hasOwn(sampleReports, name);
}
