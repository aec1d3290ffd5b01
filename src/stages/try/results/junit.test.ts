import assert from 'node:assert/strict';
import { test } from 'node:test';
import { find, only, statuses, tally } from '../../../../test/support/reports/results.ts';
import { report, sample } from '../../../../test/support/reports/sample.ts';
import { asTestId } from '../../../model/observation.ts';
import type { ReportState } from '../../../model/trial.ts';
import { readResults, type Results } from './read.ts';

function read(...contents: readonly (string | Uint8Array)[]): Results {
  return readResults(
    'junit',
    contents.map((content, index) => report(`${index}.xml`, content)),
    { mount: '/src' },
  );
}

function code(state: ReportState): string {
  return state.kind === 'complete' ? 'complete' : state.code;
}

const suite = (inside: string, attributes = ''): string =>
  `<testsuite name="s" ${attributes}>${inside}</testsuite>`;
const testcase = (inside: string, attributes = 'classname="a.B" name="t"'): string =>
  `<testcase ${attributes}>${inside}</testcase>`;

// The figures are those that each runner printed: failed, passed, skipped (with expected failures), errors.
const samples: readonly (readonly [
  string,
  Readonly<Record<'passed' | 'failed' | 'skipped' | 'errored', number>>,
])[] = [
  ['pytest-8.xml', { failed: 6, passed: 11, skipped: 4, errored: 3 }],
  ['pytest-8-xunit1.xml', { failed: 6, passed: 11, skipped: 4, errored: 3 }],
  ['pytest-8-xdist.xml', { failed: 6, passed: 11, skipped: 4, errored: 3 }],
  ['gyp-bookworm.xml', { failed: 0, passed: 27, skipped: 0, errored: 0 }],
  ['gyp-trixie.xml', { failed: 0, passed: 0, skipped: 0, errored: 7 }],
  ['jest-junit-16.xml', { failed: 3, passed: 4, skipped: 1, errored: 2 }],
  ['mocha-junit-reporter-2.xml', { failed: 2, passed: 2, skipped: 0, errored: 0 }],
  ['mocha-10-xunit.xml', { failed: 2, passed: 2, skipped: 2, errored: 0 }],
  ['node-20.xml', { failed: 4, passed: 9, skipped: 3, errored: 0 }],
  ['node-24.xml', { failed: 4, passed: 9, skipped: 3, errored: 0 }],
  // Surefire tells flakes apart; its `Tests run: 8` holds both.
  ['surefire-2.22-Sample.xml', { failed: 2, passed: 3, skipped: 2, errored: 0 }],
  ['surefire-2.22-SetUp.xml', { failed: 0, passed: 0, skipped: 0, errored: 1 }],
  ['ctest-3.25.xml', { failed: 2, passed: 2, skipped: 3, errored: 0 }],
  ['subunit2junitxml-1.4.xml', { failed: 3, passed: 2, skipped: 1, errored: 0 }],
  ['subunit2junitxml-1.4-loader.xml', { failed: 0, passed: 0, skipped: 0, errored: 1 }],
  ['nunit3-documented.xml', { failed: 2, passed: 2, skipped: 2, errored: 0 }],
  ['bats-1.xml', { failed: 1, passed: 1, skipped: 1, errored: 0 }],
  ['unittest-xml-3-tests.xml', { failed: 4, passed: 1, skipped: 2, errored: 0 }],
  ['unittest-xml-3-loader.xml', { failed: 0, passed: 0, skipped: 0, errored: 1 }],
  ['unittest-xml-3-set-up.xml', { failed: 0, passed: 0, skipped: 0, errored: 1 }],
];

for (const [name, expected] of samples) {
  test(`${name} is read as its runner summed it up`, () => {
    const results = read(sample(name));
    assert.deepEqual(results.report, { kind: 'complete' });
    assert.deepEqual(tally(results), expected);
  });
}

test('pytest files that cannot be collected are errors that name the import', () => {
  const results = read(sample('gyp-trixie.xml'));
  for (const { status, signature, detail } of results.observations) {
    assert.equal(status, 'errored');
    assert.equal(signature, "ModuleNotFoundError: No module named 'distutils'");
    assert.match(detail ?? '', /distutils\.version import StrictVersion/);
  }
  assert.ok(results.observations.some(({ id }) => id === asTestId('gyp.easy_xml_test')));
});

test('pytest set-up and clean-up that break are errors, and a test is counted once', () => {
  for (const name of ['pytest-8.xml', 'pytest-8-xdist.xml']) {
    const found = statuses(read(sample(name)));
    assert.equal(found['test_mixed › test_setup_breaks'], 'errored', name);
    assert.equal(found['test_mixed › test_teardown_breaks'], 'errored', name);
    assert.equal(found['test_mixed › test_fails_and_teardown_breaks'], 'failed', name);
    assert.equal(found['test_mixed › test_fails_and_teardown_breaks #2'], undefined, name);
    assert.equal(found['test_mixed › test_xfails'], 'skipped', name);
    assert.equal(found['test_mixed › test_xpasses_strictly'], 'failed', name);
  }
});

test('a clean-up error in an element of its own makes the pass before it an error', () => {
  const results = read(
    suite(
      testcase('') +
        testcase('<error message="failed on teardown with &quot;OSError: x&quot;">E   OSError: x</error>'),
    ),
  );
  assert.deepEqual(statuses(results), { 'a.B › t': 'errored' });
});

test('a clean-up error of another test changes nothing before it', () => {
  const other = testcase(
    '<error message="failed on teardown with &quot;x&quot;"/>',
    'classname="a.B" name="u"',
  );
  assert.deepEqual(statuses(read(suite(testcase('') + other))), {
    'a.B › t': 'passed',
    'a.B › u': 'errored',
  });
});

test('jest files that do not load are errors under their own name', () => {
  const found = find(read(sample('jest-junit-16.xml')), 'Test suite failed to run › t/broken.test.js');
  assert.equal(found.status, 'errored');
  assert.equal(found.signature, "Cannot find module './module-of-nowhere' from 't/broken.test.js'");
});

test('an error in the test itself is a failure', () => {
  // surefire
  assert.equal(
    only(
      read(
        suite(
          testcase(
            '<error message="boom" type="java.lang.IllegalStateException">java.lang.IllegalStateException: boom\n\tat A.b(A.java:3)</error>',
          ),
        ),
      ),
    ).status,
    'failed',
  );
  assert.equal(
    find(read(sample('unittest-xml-3-tests.xml')), 'ut_mixed.py › ut_mixed.A › test_error').status,
    'failed',
  );
});

test('set-up of a whole class is an error, not a failure', () => {
  const inSurefire = testcase(
    '<error message="no database" type="java.sql.SQLException"/>',
    'classname="a.B" name=""',
  );
  assert.deepEqual(statuses(read(suite(inSurefire))), { 'a.B › (unnamed)': 'errored' });
  const inJunit4 = testcase('<error message="x"/>', 'classname="a.B" name="initializationError"');
  assert.equal(only(read(suite(inJunit4))).status, 'errored');
  assert.equal(only(read(sample('unittest-xml-3-set-up.xml'))).signature, 'no server');
});

test('an error outside of all tests stands under the name of its suite', () => {
  const results = read(
    `<testsuites><testsuite name="pkg"><error message="cannot compile">x.go:3: undefined: y</error></testsuite></testsuites>`,
  );
  const found = only(results);
  assert.deepEqual([found.id, found.status, found.signature], ['pkg', 'errored', 'cannot compile']);
  assert.equal(results.report.kind, 'complete');
});

test('surefire: passing when run again is a pass with a mark, failing each time a failure', () => {
  const flaky = only(
    read(
      suite(
        testcase(
          '<flakyFailure message="once" type="E"><stackTrace>at x</stackTrace><system-out>o</system-out></flakyFailure>',
        ),
      ),
    ),
  );
  assert.deepEqual([flaky.status, flaky.flaked], ['passed', true]);
  assert.equal(only(read(suite(testcase('<flakyError message="once"/>')))).flaked, true);
  const failed = only(
    read(
      suite(
        testcase('<failure message="first"/><rerunFailure message="again"/><rerunError message="again"/>'),
      ),
    ),
  );
  assert.deepEqual([failed.status, failed.signature, failed.flaked], ['failed', 'first', undefined]);
  assert.equal(only(read(suite(testcase('<rerunFailure message="again"/>')))).status, 'failed');
});

test('the worst of several outcomes counts, in any order', () => {
  for (const inside of [
    '<skipped/><failure message="x"/>',
    '<failure message="x"/><skipped/>',
    '<flakyFailure/><failure message="x"/>',
    '<error message="failed on setup with x"/><failure message="x"/>',
  ]) {
    assert.equal(only(read(suite(testcase(inside)))).status, 'failed', inside);
  }
  assert.equal(
    only(read(suite(testcase('<skipped/><error message="failed on teardown with x"/>')))).status,
    'errored',
  );
});

test('Node: a test that is still to be written does not count, whether it fails or not', () => {
  for (const name of ['node-20.xml', 'node-24.xml']) {
    const found = read(sample(name)).observations.filter(({ id }) => id.includes('to do'));
    assert.deepEqual(
      found.map(({ status }) => status),
      ['skipped', 'skipped'],
      name,
    );
  }
});

test('suites stand for classes where the runner knows none', () => {
  const found = statuses(read(sample('node-20.xml')));
  assert.equal(found['parent › grandparent › leaf'], 'passed');
  assert.equal(found['suite › case'], 'passed');
  assert.equal(found['suite › case #2'], 'passed');
  const nested =
    '<testsuites><testsuite name="one"><testcase name="t"/><testsuite name="two"><testcase name="t"/></testsuite></testsuite></testsuites>';
  assert.deepEqual(statuses(read(nested)), { 'one › t': 'passed', 'one › two › t': 'passed' });
  assert.deepEqual(
    statuses(read('<testsuite name="pytest"><testcase classname="test" name="t"/></testsuite>')),
    { 'test › t': 'passed' },
  );
});

test('files are relative to the source, and those of the image tell no tests apart', () => {
  assert.deepEqual(only(read(suite(testcase('', 'classname="a" name="t" file="/src/a/b.py"')))).parts, {
    file: 'a/b.py',
    class: 'a',
    name: 't',
  });
  assert.deepEqual(only(read(suite(testcase('', 'classname="a" name="t" file="./a/b.py"')))).parts, {
    file: 'a/b.py',
    class: 'a',
    name: 't',
  });
  assert.deepEqual(
    only(read(suite(testcase('', 'name="t" classname="a" file="/usr/lib/python3.11/x.py"')))).parts,
    { class: 'a', name: 't' },
  );
  assert.deepEqual(only(read(suite(testcase('', 'name="t" classname="a"'), 'file="/src/m.js"'))).parts, {
    file: 'm.js',
    class: 'a',
    name: 't',
  });
  const elsewhere = readResults(
    'junit',
    [report('a.xml', suite(testcase('', 'name="t" file="/home/x/b.py"')))],
    { mount: undefined },
  );
  assert.equal(only(elsewhere).parts.file, '/home/x/b.py');
});

test('names may be missing, empty or equal, and no test is dropped', () => {
  const results = read(
    suite(
      '<testcase/><testcase/><testcase name=""/><testcase classname="x" name="x"/><testcase name="x"/>',
      'name=""',
    ).replace('name="s" ', ''),
  );
  assert.deepEqual(
    results.observations.map(({ id }) => id),
    ['(unnamed)', '(unnamed) #2', '(unnamed) #3', 'x', 'x #2'],
  );
});

test('a name of a megabyte is cut', () => {
  const found = only(read(suite(testcase('', `classname="a" name="${'n'.repeat(1_000_000)}"`))));
  assert.equal(found.parts.name.length, 1000);
  assert.ok(found.parts.name.endsWith('…'));
});

test('the time of a test is read as people write it', () => {
  const seconds = (time: string): number | undefined =>
    only(read(suite(testcase('', `name="t" time="${time}"`)))).seconds;
  assert.deepEqual(['0.25', '1,234.5', '', 'x', '-1', '1e999'].map(seconds), [
    0.25,
    1234.5,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('tests that did not run or did not hold by an attribute only are not passed', () => {
  const status = (attributes: string): string =>
    only(read(suite(testcase('', `name="t" ${attributes}`)))).status;
  assert.equal(status('status="run" result="completed"'), 'passed');
  assert.equal(status('status="notrun" result="suppressed"'), 'skipped');
  assert.equal(status('status="run" result="skipped"'), 'skipped');
  assert.equal(status('status="fail"'), 'failed');
  assert.equal(status('result="error"'), 'failed');
});

test('the reason of a skipped test is kept', () => {
  const found = read(sample('pytest-8.xml'));
  assert.equal(find(found, 'test_mixed › test_skipped').detail, 'not on this machine');
  assert.match(find(found, 'test_skipped_module').detail ?? '', /could not import 'module_of_nowhere'/);
  assert.equal(find(read(sample('bats-1.xml')), 'b.bats › skips').detail, 'no reason');
});

test('a suite that counts tests and lists none is broken', () => {
  assert.equal(code(read('<testsuite name="s" tests="3"/>').report), 'suite-error');
  assert.equal(
    code(read('<testsuites errors="1"><testsuite name="s" errors="1" tests="0"/></testsuites>').report),
    'suite-error',
  );
  assert.equal(
    code(
      read(
        '<testsuites><testsuite tests="1"><testcase name="a"/></testsuite><testsuite tests="2"/></testsuites>',
      ).report,
    ),
    'suite-error',
  );
  assert.equal(code(read('<testsuite name="s" tests="3" skipped="3"/>').report), 'complete');
  assert.equal(code(read('<testsuites><testsuite name="s" tests="0"/></testsuites>').report), 'complete');
});

test('details hold what the report says, once', () => {
  const found = find(read(sample('pytest-8.xml')), 'test_mixed › test_fails');
  assert.equal(found.signature, 'assert 41 == 42');
  assert.match(found.detail ?? '', /> +assert answer == 42/);
  assert.equal(found.detail?.split('assert 41 == 42').length, 2);
  const apart = only(read(suite(testcase('<failure message="first line">the rest</failure>'))));
  assert.equal(apart.detail, 'first line\nthe rest');
});

test('the end of an enormous failure text explains it as well as its beginning', () => {
  const text = `Traceback (most recent call last):\n${'  File "a.py", line 1\n'.repeat(200_000)}KeyError: 'x'\n`;
  const found = only(read(suite(testcase(`<failure>${text}</failure>`))));
  assert.equal(found.signature, "KeyError: 'x'");
  assert.ok((found.detail?.length ?? 0) <= 4000);
});

test('a failure is a failure, even where its words are those of a harness', () => {
  assert.equal(only(read(suite(testcase('<failure message="collection failure"/>')))).status, 'failed');
  assert.equal(
    only(read(suite(testcase('<failure message="x"/>', 'classname="a" name=""')))).status,
    'failed',
  );
});

test('what stands inside of a failure is its text', () => {
  const found = only(
    read(suite(testcase('<failure message="outer">a <b>c</b><skipped/><error message="inner"/></failure>'))),
  );
  assert.deepEqual([found.status, found.signature, found.detail], ['failed', 'outer', 'outer\na c']);
});

test('gotestsum: a package that breaks by itself has a name, and one that was not built breaks the report', () => {
  const results = read(sample('gotestsum-1.8.xml'));
  assert.equal(code(results.report), 'suite-error');
  assert.match(
    results.report.kind === 'broken' ? results.report.why : '',
    /^a suite counts 7 failures and errors but lists 6$/,
  );
  assert.equal(find(results, 'example.org/sample/exits › TestMain').status, 'failed');
  assert.deepEqual(tally(results), { passed: 10, failed: 6, skipped: 1, errored: 0 });
});

test('failures that a suite counts and does not list break the report', () => {
  const failing = testcase('<failure/>');
  assert.equal(code(read(suite(failing, 'failures="1" errors="0"')).report), 'complete');
  assert.equal(code(read(suite(failing, 'failures="1" errors="1"')).report), 'suite-error');
  assert.equal(
    code(read(suite(testcase('', 'name="t" status="failed"'), 'failures="1"')).report),
    'complete',
  );
  assert.equal(code(read(suite(testcase('<skipped/>'), 'failures="1"')).report), 'suite-error');
});

test('surefire, as it is: flakes are passes with a mark, and set-up of a class is an error', () => {
  const results = read(sample('surefire-2.22-Sample.xml'));
  const marks = results.observations.filter(({ flaked }) => flaked === true).map(({ parts }) => parts.name);
  assert.deepEqual(marks.toSorted(), ['breaksFirst', 'failsFirst']);
  assert.equal(find(results, 'org.example.SampleTest › ignored').detail, 'not on this machine');
  assert.equal(find(results, 'org.example.SampleTest › fails').signature, 'expected:<42> but was:<41>');
  assert.equal(only(read(sample('surefire-2.22-SetUp.xml'))).signature, 'no server');
});

test('ten thousand tests of one name are ten thousand tests, whatever the name holds', () => {
  const name = '\u001b]8;;x\u0007&lt;script&gt; [a](b) ::error::`x`'
    .replaceAll('\u001b', '&#27;')
    .replaceAll('\u0007', '&#7;');
  const results = read(suite(testcase('', `classname="c" name="${name}"`).repeat(10_000)));
  assert.equal(new Set(results.observations.map(({ id }) => id)).size, 10_000);
  assert.ok(results.observations.at(-1)?.id.endsWith(' #10000'));
});
