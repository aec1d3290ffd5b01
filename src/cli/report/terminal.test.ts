import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { assertGolden } from '../../../test/support/golden.ts';
import { sampleReports, type SampleName } from '../../../test/support/sample-report.ts';
import { sampleUnit } from '../../../test/support/sample-unit.ts';
import { displayWidth } from '../../base/display-width.ts';
import { reportDocument } from './document.ts';
import { renderTerminal } from './terminal.ts';

const plain = { columns: 80, colour: false, all: false };
const render = (name: SampleName, options: Partial<typeof plain> = {}): string =>
  renderTerminal(reportDocument(sampleReports[name]()), { ...plain, ...options });

for (const name of ['promoted', 'rejected', 'regressed', 'held', 'broken', 'results'] as const) {
  test(`a report that is ${name} reads as its golden`, () => {
    assertGolden(`report/${name}.txt`, render(name));
  });
}

test('with colour it reads the same, and as its golden', () => {
  const coloured = render('rejected', { colour: true });
  assert.equal(stripVTControlCharacters(coloured), render('rejected'));
  assertGolden('report/rejected-colour.txt', coloured.replaceAll('\u001b', '\\x1b'));
});

test('on a wide terminal and with --all it reads as its golden', () => {
  assertGolden('report/rejected-all.txt', render('rejected', { columns: 160, all: true }));
});

test('the first line holds the verdict and whose move it is, the last the next command', () => {
  const lines = render('promoted').trimEnd().split('\n');
  assert.equal(lines[0], '✓ promote — nobody has to act');
  assert.equal(lines.at(-1), 'Next: lockkeeper promote out/bundle');
});

test('no line of ours is wider than the terminal, at any width', () => {
  for (const name of ['promoted', 'rejected', 'regressed', 'held'] as const) {
    for (const columns of [60, 72, 80, 100, 110]) {
      for (const line of render(name, { columns }).split('\n')) {
        // Names of tests, references and commands are kept whole, so that they can be copied.
        const whole =
          line.includes('lockkeeper try ') ||
          line.includes('lockkeeper waive ') ||
          line.includes(' › ') ||
          line.includes('registry.example.org') ||
          line.includes(' · ');
        assert.ok(whole || displayWidth(line) <= columns, `${columns}: ${line}`);
      }
    }
  }
});

test('27 lost tests are said once with their count and the error that took them away', () => {
  const text = render('rejected');
  assert.equal(text.match(/27 tests passed in the baseline and no longer run/g)?.length, 1);
  assert.match(text, /E {3}ModuleNotFoundError: No module named 'distutils'/);
  assert.doesNotMatch(text, /^ {4}Regressed/m);
});

test('tests that still fail are a count unless all are asked for', () => {
  assert.doesNotMatch(render('promoted'), /dns\/promises is a core module/);
  assert.match(render('promoted', { all: true }), /core via repl module › dns\/promises is a core module/);
});

test('a drop that the rule cannot see is said with its chance', () => {
  assert.match(
    render('promoted').replaceAll(/\s+/g, ' '),
    /56 % if it passes 50 % of the time now, 90 % if 80 %, 99 % if 95 %/,
  );
});

test('without a baseline there is only one side', () => {
  const unit = sampleUnit({
    image: 'ci',
    suite: 'unit',
    hasBaseline: false,
    verdict: {
      kind: 'promote',
      sentence: '2 tests pass',
      mover: 'nobody',
      next: 'lockkeeper promote out/bundle',
    },
    tests: [
      {
        parts: { name: 'a' },
        kind: 'new-failing',
        baseline: 'missing',
        candidate: 'failed',
        candidateDetail: 'boom',
      },
    ],
    trials: [{ step: 'screen', side: 'candidate', atSeconds: 0, seconds: 1 }],
  });
  const report = reportDocument({ ...sampleReports.broken(), units: [unit] });
  const members = report.members.map(({ baseline: _baseline, ...member }) => member);
  const text = renderTerminal({ ...report, members }, plain);
  assert.match(text, /none → sha256:/);
  assert.match(text, /There is no baseline yet/);
  assert.doesNotMatch(text, /baseline {3}/);
});

test('a platform that is gone is told although every suite is content', () => {
  const report = reportDocument(sampleReports.promoted());
  const verdict = {
    kind: 'reject: regression',
    sentence: 'runtime no longer serves linux/arm64',
    mover: 'image author',
    next: 'x',
  } as const;
  const text = renderTerminal(
    { ...report, members: report.members.map((member) => ({ ...member, verdict })) },
    plain,
  );
  assert.match(text, /Reject: regression: runtime no longer serves linux\/arm64/);
});

test('hostile text reaches neither terminal nor CI system as a command, and is bounded', () => {
  const text = render('hostile', { all: true });
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
  assert.doesNotMatch(text, /(?:^|\s)::|##\w*\[/m);
  assert.ok(text.length < 30_000, String(text.length));
  assert.ok(text.isWellFormed());
});

test('a terminal that says it has no columns is taken for one of 80', () => {
  assert.equal(render('promoted', { columns: 0 }), render('promoted', { columns: 80 }));
});
