import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report, sample } from '../../../../test/support/reports/sample.ts';
import type { Observation, ObservedStatus } from '../../../model/observation.ts';
import type { ReportState } from '../../../model/trial.ts';
import { readResults, type Results } from './read.ts';

function read(content: string | Uint8Array): Results {
  return readResults('tap', [report('r.tap', content)], { mount: '/src' });
}

function lines(...all: readonly string[]): Results {
  return read(`${all.join('\n')}\n`);
}

function statuses({ observations }: Results): readonly (readonly [string, ObservedStatus])[] {
  return observations.map(({ id, status }) => [id, status]);
}

function code(state: ReportState): string {
  return state.kind === 'complete' ? 'complete' : state.code;
}

function count(results: Results, status: ObservedStatus): number {
  return results.observations.filter((each) => each.status === status).length;
}

function find({ observations }: Results, id: string): Observation {
  const found = observations.find((each) => String(each.id) === id);
  assert.ok(found !== undefined, `${id} in ${observations.map((each) => each.id).join(', ')}`);
  return found;
}

type Figures = Readonly<Record<'passed' | 'failed' | 'skipped', number>>;

// Leaves only, where groups are summed up; tests to be written are skipped.
const samples: readonly (readonly [string, Figures])[] = [
  ['resolve-bookworm.tap', { passed: 290, failed: 27, skipped: 0 }],
  ['resolve-trixie.tap', { passed: 292, failed: 29, skipped: 0 }],
  ['tape-5.tap', { passed: 3, failed: 1, skipped: 4 }],
  ['node-20.tap', { passed: 9, failed: 5, skipped: 3 }],
  ['node-24.tap', { passed: 9, failed: 5, skipped: 3 }],
  ['node-tap-16.tap', { passed: 4, failed: 2, skipped: 4 }],
  ['mocha-10-tap12.tap', { passed: 2, failed: 2, skipped: 2 }],
  ['mocha-10-tap13.tap', { passed: 2, failed: 2, skipped: 2 }],
  ['perl-test-more.tap', { passed: 3, failed: 2, skipped: 5 }],
  ['perl-test-more-stderr.tap', { passed: 3, failed: 2, skipped: 5 }],
  ['perl-skip-all.tap', { passed: 0, failed: 0, skipped: 1 }],
  ['bats-1.tap', { passed: 1, failed: 1, skipped: 1 }],
];

for (const [name, expected] of samples) {
  test(`${name} is read as its runner summed it up`, () => {
    const results = read(sample(name));
    assert.deepEqual(results.report, { kind: 'complete' });
    assert.deepEqual(
      {
        passed: count(results, 'passed'),
        failed: count(results, 'failed'),
        skipped: count(results, 'skipped'),
      },
      expected,
    );
    assert.equal(results.observations.length, expected.passed + expected.failed + expected.skipped);
  });
}

test('names that repeat are numbered, so that the two sides of a change can be paired', () => {
  const bookworm = new Set(read(sample('resolve-bookworm.tap')).observations.map(({ id }) => id));
  const added = read(sample('resolve-trixie.tap')).observations.filter(({ id }) => !bookworm.has(id));
  assert.deepEqual(
    added.map(({ id, status }) => [id, status]),
    [
      ['inspector/promises is a core module', 'failed'],
      ['requiring inspector/promises does not throw', 'passed'],
      ['inspector/promises is a core module #2', 'failed'],
      ['requiring inspector/promises does not throw #2', 'passed'],
    ],
  );
});

test('tests of a group stand under its name, and the group is a test only where it says more', () => {
  for (const name of ['node-20.tap', 'node-24.tap']) {
    const results = read(sample(name));
    const ids = results.observations.map(({ id }) => String(id));
    assert.deepEqual(
      ids.filter((id) => id.startsWith('parent')),
      [
        'parent › child passes',
        'parent › child fails',
        'parent › grandparent › leaf',
        'parent fails itself › child passes',
        'parent fails itself',
      ],
    );
    assert.equal(find(results, 'parent fails itself').signature, 'own assertion');
    assert.equal(find(results, 'empty suite').status, 'passed');
    assert.ok(
      ids.includes('suite › case') &&
        ids.includes('suite › case #2') &&
        ids.includes(String.raw`suite › escaped # hash \ back`),
    );
  }
});

test('a hook that breaks is told by the tests that it cancelled', () => {
  const found = find(read(sample('node-24.tap')), 'suite with a broken hook › never');
  assert.equal(found.status, 'failed');
  assert.match(found.detail ?? '', /suite with a broken hook:\n[^]*error: 'no set-up'/);
});

test('groups in groups keep their path (node-tap)', () => {
  const results = read(sample('node-tap-16.tap'));
  assert.deepEqual(statuses(results).slice(0, 4), [
    ['a.test.js › group › fine', 'passed'],
    ['a.test.js › group › inner › same', 'failed'],
    ['a.test.js › alone › yes', 'passed'],
    ['a.test.js › later', 'skipped'],
  ]);
});

test('groups in braces, behind their own line, are read as well', () => {
  const results = lines(
    'TAP version 13',
    'ok 1 - a.js # time=5.1ms {',
    '    ok 1 - x',
    '    not ok 2 - y',
    '    1..2',
    '}',
    '',
    'not ok 2 - b.js # time=1s {',
    '    ok 1 - x',
    '    1..1',
    '}',
    'not ok 3 - c.js',
    '  ---',
    '  at: 1',
    '  ...',
    '{',
    '    not ok 1 - x',
    '    1..1',
    '}',
    'ok 4 - parses {',
    'ok 5 - z',
    '1..5',
  );
  assert.deepEqual(results.report, { kind: 'complete' });
  assert.deepEqual(statuses(results), [
    ['a.js › x', 'passed'],
    ['a.js › y', 'failed'],
    ['b.js', 'failed'],
    ['b.js › x', 'passed'],
    ['c.js › x', 'failed'],
    ['parses {', 'passed'],
    ['z', 'passed'],
  ]);
  assert.equal(find(results, 'b.js').seconds, 1);
});

test('a group without a header is one by its plan, and without both it is output', () => {
  const withPlan = lines('    1..1', '    not ok 1 - x', 'not ok 1 - g', '1..1');
  assert.deepEqual(statuses(withPlan), [['g › x', 'failed']]);
  const output = lines('    ok 7 - looks like a test', 'ok 1 - real', '1..1');
  assert.deepEqual(statuses(output), [['real', 'passed']]);
});

test('a header without a group is the name of a test without one', () => {
  assert.deepEqual(statuses(lines('# Subtest: called so', 'ok 1', 'ok 2', '1..2')), [
    ['called so', 'passed'],
    ['(test 2)', 'passed'],
  ]);
  assert.deepEqual(
    statuses(lines('# Subtest: g', '    1..0 # SKIP not today', 'ok 1 # SKIP not today', '1..1')),
    [['g', 'skipped']],
  );
});

test('a group that is skipped or to be done excuses its tests', () => {
  const results = lines(
    '# Subtest: g',
    '    not ok 1 - x',
    '    1..1',
    'not ok 1 - g # TODO some day',
    '# Subtest: h',
    '    not ok 1 - x',
    '    1..1',
    'ok 2 - h # SKIP no',
    '1..2',
  );
  assert.deepEqual(
    results.observations.map(({ id, status, detail }) => [id, status, detail]),
    [
      ['g › x', 'skipped', 'to do: some day'],
      ['h › x', 'skipped', 'no'],
    ],
  );
});

test('a group of too few or too many tests is a truncated run', () => {
  const results = lines('# Subtest: g', '    1..3', '    ok 1 - x', 'not ok 1 - g', '1..1');
  assert.equal(code(results.report), 'truncated');
  assert.deepEqual(statuses(results), [
    ['g › x', 'passed'],
    ['g', 'failed'],
  ]);
});

test('a test to be done is skipped whether it fails or not', () => {
  const results = lines(
    '1..4',
    'not ok 1 - a # TODO not yet',
    'ok 2 - b # TODO not yet',
    'not ok 3 - c # todo',
    'ok 4 - d # SKIP no network',
  );
  assert.deepEqual(
    results.observations.map(({ id, status, detail }) => [id, status, detail]),
    [
      ['a', 'skipped', 'to do: not yet'],
      ['b', 'skipped', 'to do: not yet'],
      ['c', 'skipped', 'to do'],
      ['d', 'skipped', 'no network'],
    ],
  );
});

test('a plan of none with a reason is one skipped test, without one it is none', () => {
  const skipped = lines('TAP version 14', '1..0 # SKIP no database');
  assert.deepEqual(
    skipped.observations.map(({ id, status, detail }) => [id, status, detail]),
    [['(all tests)', 'skipped', 'no database']],
  );
  assert.equal(code(skipped.report), 'complete');
  assert.deepEqual(lines('1..0'), { observations: [], report: { kind: 'complete' } });
});

test('a run that bails out is broken, and what it planned further is not made up', () => {
  const results = lines('1..5', 'ok 1 - a', 'Bail out!  no database', 'ok 2 - b');
  assert.deepEqual(statuses(results), [['a', 'passed']]);
  assert.deepEqual(results.report, {
    kind: 'broken',
    code: 'bailed-out',
    why: 'r.tap:3 bails out: no database',
  });
  assert.equal(
    code(lines('# Subtest: g', '    1..2', '    ok 1 - x', '    Bail out!', '1..1').report),
    'bailed-out',
  );
  assert.equal(code(lines('not ok 1 - a', '  ---', '  x: 1', 'Bail out!').report), 'bailed-out');
});

test('a plan that does not match, or none, is a truncated run', () => {
  for (const all of [
    ['1..3', 'ok 1', 'ok 2'],
    ['1..1', 'ok 1', 'ok 2'],
    ['ok 1', 'ok 2', '1..3'],
    ['ok 1', 'ok 2', '1..1'],
    ['ok 1'],
    ['TAP version 13'],
    ['ok 1', 'ok 3', '1..3'],
  ]) {
    assert.equal(code(lines(...all).report), 'truncated', all.join(' | '));
  }
});

test('numbers are not believed', () => {
  const results = lines('1..3', 'ok 7 - a', 'ok 7 - b', 'ok - c');
  assert.equal(code(results.report), 'complete');
  assert.deepEqual(
    statuses(results).map(([id]) => id),
    ['a', 'b', 'c'],
  );
});

test('a second plan in one document is malformed', () => {
  assert.equal(code(lines('1..2', 'ok 1', '1..2', 'ok 2').report), 'malformed');
});

test('documents one behind the other are each held to their own plan', () => {
  assert.equal(
    code(lines('TAP version 13', 'ok 1 - a', '1..1', 'TAP version 13', 'ok 1 - b', '1..1').report),
    'complete',
  );
  assert.equal(code(lines('1..1', 'ok 1 - a', '1..1', 'ok 1 - b').report), 'complete');
  const planLast = lines('ok 1 - a', '1..1', 'ok 1 - b', 'ok 2 - b', '1..2');
  assert.equal(code(planLast.report), 'complete');
  assert.deepEqual(
    statuses(planLast).map(([id]) => id),
    ['a', 'b', 'b #2'],
  );
  assert.equal(code(lines('ok 1 - a', '1..1', 'ok 1 - b').report), 'truncated');
  assert.equal(
    code(lines('TAP version 13', 'ok 1 - a', '1..2', 'TAP version 13', 'ok 1 - b', '1..1').report),
    'truncated',
  );
});

test('a last line without an end is not believed', () => {
  assert.equal(code(read('1..2\nok 1 - a\nok 2 - some na').report), 'truncated');
  assert.equal(code(read('ok 1 - a\n1..1').report), 'complete');
});

test('carriage returns, byte order marks, output, pragmas and comments change nothing', () => {
  const results = read(
    '\ufeffTAP version 13\r\npragma +strict\r\nsome output\r\nokay\r\nnot okay\r\n1.. 2\r\n# a comment\r\nok 1 - a\r\n  ok 5 - indented output\r\n1..1\r\n',
  );
  assert.deepEqual(statuses(results), [['a', 'passed']]);
  assert.equal(code(results.report), 'complete');
});

test('diagnostics are the detail of their test, and what stands in them is no test', () => {
  const results = lines(
    'not ok 1 - a',
    '  ---',
    '  message: >-',
    '    broke at',
    '    ok 2 - inside',
    '  found: |',
    '    not ok 3',
    '    1..9',
    '  ...',
    'ok 2 - b',
    '1..2',
  );
  assert.deepEqual(statuses(results), [
    ['a', 'failed'],
    ['b', 'passed'],
  ]);
  assert.equal(find(results, 'a').signature, 'broke at');
  assert.match(find(results, 'a').detail ?? '', /found: \|\n {2}not ok 3/);
});

test('diagnostics that are broken off do not swallow the tests behind them', () => {
  const results = lines('not ok 1 - a', '  ---', '  message: x', 'ok 2 - b', '1..2');
  assert.deepEqual(statuses(results), [
    ['a', 'failed'],
    ['b', 'passed'],
  ]);
  assert.equal(code(results.report), 'complete');
  assert.equal(code(lines('1..1', 'not ok 1 - a', '  ---', '  message: x').report), 'truncated');
});

test('failures are explained by what each runner writes', () => {
  const signature = (name: string, id: string): string | undefined => find(read(sample(name)), id).signature;
  assert.equal(signature('tape-5.tap', 'same'), 'operator equal, expected 2, actual 1');
  assert.equal(signature('node-24.tap', 'parent › child fails'), 'boom # hash');
  assert.equal(signature('mocha-10-tap13.tap', 'math fails'), 'first');
  assert.equal(signature('mocha-10-tap12.tap', 'math fails'), 'first');
  assert.equal(signature('perl-test-more-stderr.tap', 'fails'), "Failed test 'fails'");
  assert.equal(signature('bats-1.tap', 'fails with # hash'), "`false' failed");
  const last = find(read(sample('mocha-10-tap12.tap')), 'hook "before all" hook for "never"');
  assert.doesNotMatch(last.detail ?? '', /tests 4/);
});

test('the time that a test took is read from diagnostics and from its line', () => {
  assert.equal(find(lines('ok 1 - a', '  ---', '  duration_ms: 250', '  ...', '1..1'), 'a').seconds, 0.25);
  assert.equal(find(lines('ok 1 - a # time=1500ms', '1..1'), 'a').seconds, 1.5);
});

test('names may hold hashes, dashes and escapes', () => {
  const results = lines(
    'ok 1 - a # b',
    'ok 2 - issue #5 # SKIP why # not',
    String.raw`ok 3 - c \# TODO d \\`,
    'ok 4 -e',
    'ok 5 - - f',
    'ok 6 skip the line',
    '1..6',
  );
  assert.deepEqual(statuses(results), [
    ['a # b', 'passed'],
    ['issue #5', 'skipped'],
    [String.raw`c # TODO d \ `.trim(), 'passed'],
    ['-e', 'passed'],
    ['- f', 'passed'],
    ['skip the line', 'passed'],
  ]);
});

test('a path that a group is named after is made relative to the source', () => {
  assert.deepEqual(
    statuses(lines('# Subtest: /src/a.test.js', '    ok 1 - x', '    1..1', 'ok 1 - /src/a.test.js', '1..1')),
    [['a.test.js › x', 'passed']],
  );
});

test('what holds no TAP is malformed, and what is empty truncated', () => {
  assert.equal(code(lines('hello', 'world').report), 'malformed');
  assert.equal(code(read('').report), 'truncated');
  assert.equal(code(read('\n \n').report), 'truncated');
});

test('subtests nested too deep, and endless lines, are survived', () => {
  const deep = Array.from({ length: 1000 }, (_, index) => `${' '.repeat(4 * index)}# Subtest: x`);
  assert.equal(code(lines(...deep).report), 'too-large');
  const long = lines(
    `ok 1 - ${'n'.repeat(1_000_000)}`,
    `#${'c'.repeat(1_000_000)}`,
    `ok 2 - ${'# '.repeat(500_000)}`,
    '1..2',
  );
  assert.equal(code(long.report), 'complete');
  assert.equal(long.observations[0]?.parts.name.length, 1000);
});

test('100,000 groups of long names take time in proportion', () => {
  const started = process.cpuUsage();
  const names = Array.from(
    { length: 60 },
    (_, index) => `${' '.repeat(4 * index)}# Subtest: ${'g'.repeat(1000)}`,
  );
  const results = lines(
    ...names,
    ...Array.from({ length: 20_000 }, () => `${' '.repeat(240)}ok`),
    `${' '.repeat(240)}1..20000`,
  );
  assert.equal(code(results.report), 'truncated');
  assert.equal(results.observations.length, 20_000);
  assert.ok(process.cpuUsage(started).user < 2_000_000);
});

test('tests behind a plan that is fulfilled are too many, unless they count from 1 again', () => {
  assert.notEqual(code(lines('ok 1 - a', '1..1', 'ok 2 - b', '1..1').report), 'complete');
});

test('a name that ends with a brace does not take the next group', () => {
  const results = lines('ok 1 - parses {', '# Subtest: g', '    ok 1 - x', '    1..1', 'ok 2 - g', '1..2');
  assert.deepEqual(statuses(results), [
    ['parses {', 'passed'],
    ['g › x', 'passed'],
  ]);
});

test('output behind diagnostics is not the failure’s', () => {
  const found = find(
    lines('not ok 1 - a', '  ---', '  message: x', '  ...', 'output of the next test', 'ok 2 - b', '1..2'),
    'a',
  );
  assert.equal(found.detail, 'message: x');
});

test('Perl: subtests in subtests are named by their path, and one that is left out is skipped', () => {
  const results = read(sample('perl-subtests.tap'));
  assert.deepEqual(results.report, { kind: 'complete' });
  assert.deepEqual(
    results.observations.map(({ id, status, detail }) =>
      [id, status, detail].slice(0, status === 'skipped' ? 3 : 2),
    ),
    [
      ['plain', 'passed'],
      ['outer › inner › same', 'passed'],
      ['outer › inner › same #2', 'failed'],
      ['outer › beside # not a directive', 'passed'],
      ['outer › to do', 'skipped', 'to do: later'],
      ['left out', 'skipped', 'not here'],
    ],
  );
});

test('TAP 14: a pragma is no test and explains none', () => {
  const found = read('TAP version 14\npragma +strict\nnot ok 1 - a\npragma -strict\n1..1\n');
  assert.deepEqual(found.report, { kind: 'complete' });
  assert.equal(found.observations[0]?.detail, undefined);
});

test('TAP in UTF-16 is read by its byte order mark', () => {
  const found = read(Buffer.from('\uFEFF1..1\nok 1 - é\n', 'utf16le'));
  assert.deepEqual(
    found.observations.map(({ id }) => id),
    ['é'],
  );
});
