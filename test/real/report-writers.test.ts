import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { ReportFormat } from '../../src/model/report-format.ts';
import { readResults } from '../../src/stages/try/results/read.ts';
import { requirePeer } from '../support/peers.ts';
import { tally } from '../support/reports/results.ts';

/** What the readers make of a report is what its runner says of the run in its own words. */
type Tally = ReturnType<typeof tally>;

async function project(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-writers-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

/** All that the runner says. Its status is not asked: some of these tests are there to fail. */
function say(folder: string, program: string, ...args: readonly string[]): string {
  // What these tests are run by must not be taken for the runner's parent.
  const { NODE_TEST_CONTEXT: _, NODE_OPTIONS: __, ...env } = process.env;
  const options = { cwd: folder, encoding: 'utf8', timeout: 120_000, env: { ...env, HOME: folder } } as const;
  const { stdout, error } = spawnSync(program, args, options);
  assert.equal(error, undefined);
  return stdout;
}

async function read(format: ReportFormat, folder: string, name: string): Promise<Tally> {
  const bytes = await readFile(path.join(folder, name));
  const results = readResults(format, [{ path: name, bytes }], { mount: folder });
  assert.deepEqual(results.report, { kind: 'complete' });
  return tally(results);
}

/** The number in front of, or behind, a word. */
function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

test('pytest: its last line and its JUnit XML', async (t) => {
  if (!requirePeer('pytest', t)) return;
  const folder = await project(t, {
    'test_it.py': [
      'import pytest',
      '@pytest.fixture',
      'def broken(): raise OSError("no server")',
      '@pytest.mark.parametrize("n", range(5))',
      'def test_n(n): assert n != 3',
      '@pytest.mark.skip(reason="not here")',
      'def test_skipped(): pass',
      'def test_needs(broken): pass',
      '@pytest.mark.xfail',
      'def test_known(): assert False',
    ].join('\n'),
  });
  const said = say(folder, 'pytest', '-p', 'no:cacheprovider', '--junitxml=a.xml');
  assert.match(said, / in [\d.]+s/);
  assert.deepEqual(await read('junit', folder, 'a.xml'), {
    passed: numberIn(said, /(\d+) passed/),
    failed: numberIn(said, /(\d+) failed/),
    skipped: numberIn(said, /(\d+) skipped/) + numberIn(said, /(\d+) xfailed/),
    errored: numberIn(said, /(\d+) error/),
  });
});

test('node --test: what it counts, its JUnit XML and its TAP', async (t) => {
  const folder = await project(t, {
    'a.test.js': [
      "const { test, suite } = require('node:test');",
      "test('passes', () => {});",
      "test('fails', () => { throw new Error('no'); });",
      "test('skipped', { skip: 'not here' }, () => {});",
      "test('to do', { todo: true }, () => { throw new Error('known'); });",
      "suite('a suite', () => { test('passes', () => {}); test('passes', () => {}); });",
    ].join('\n'),
  });
  const reporters = ['tap', 'junit'].flatMap((name) => [
    `--test-reporter=${name}`,
    `--test-reporter-destination=a.${name}`,
  ]);
  const said = say(
    folder,
    process.execPath,
    '--test',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    ...reporters,
    'a.test.js',
  );
  const expected = {
    passed: numberIn(said, /ℹ pass (\d+)/),
    failed: numberIn(said, /ℹ fail (\d+)/),
    skipped: numberIn(said, /ℹ skipped (\d+)/) + numberIn(said, /ℹ todo (\d+)/),
    errored: 0,
  };
  assert.ok(expected.passed > 0 && expected.failed > 0);
  assert.deepEqual(await read('junit', folder, 'a.junit'), expected);
  assert.deepEqual(await read('tap', folder, 'a.tap'), expected);
});

test('go test: the lines of its plain output and its JSON', async (t) => {
  if (!requirePeer('go', t)) return;
  const folder = await project(t, {
    'go.mod': 'module example.org/sample\n\ngo 1.19\n',
    'a_test.go': [
      'package sample',
      'import "testing"',
      'func TestPasses(t *testing.T) {}',
      'func TestFails(t *testing.T) { t.Error("no") }',
      'func TestSkips(t *testing.T) { t.Skip("not here") }',
      'func TestTable(t *testing.T) { for _, n := range []string{"a", "a", "b c"} { t.Run(n, func(t *testing.T) { t.Parallel() }) } }',
    ].join('\n'),
  });
  const said = say(folder, 'go', 'test', '-v', '-count=1', './...');
  await writeFile(path.join(folder, 'a.jsonl'), say(folder, 'go', 'test', '-json', '-count=1', './...'));
  const count = (word: string): number => said.split(`--- ${word}: `).length - 1;
  const expected = { passed: count('PASS'), failed: count('FAIL'), skipped: count('SKIP'), errored: 0 };
  assert.ok(expected.passed > 0 && expected.failed > 0);
  assert.deepEqual(await read('go-test', folder, 'a.jsonl'), expected);
});

test('ctest: its last lines and its JUnit XML', async (t) => {
  if (!requirePeer('ctest', t)) return;
  const add = (name: string, command: string): string => `add_test(NAME ${name} COMMAND sh -c "${command}")`;
  const folder = await project(t, {
    'CMakeLists.txt': [
      'cmake_minimum_required(VERSION 3.21)',
      'project(sample NONE)',
      'enable_testing()',
      ...[add('one', 'true'), add('two', 'true'), add('three', 'false'), add('four', 'exit 77')],
      'set_tests_properties(four PROPERTIES SKIP_RETURN_CODE 77)',
    ].join('\n'),
  });
  say(folder, 'cmake', '-S', '.', '-B', '.');
  const said = say(folder, 'ctest', '--output-junit', 'a.xml');
  const failed = numberIn(said, /(\d+) tests? failed out of/);
  const skipped = said.split('(Skipped)').length - 1;
  const total = numberIn(said, /tests? failed out of (\d+)/);
  assert.ok(failed > 0 && skipped > 0);
  // Skipped ones are out of the count or in it, by the version of CMake; the tests here are four.
  assert.ok(total === 4 || total === 4 - skipped);
  assert.deepEqual(await read('junit', folder, 'a.xml'), {
    passed: 4 - failed - skipped,
    failed,
    skipped,
    errored: 0,
  });
});

test('prove, which reads TAP itself, counts the same tests', async (t) => {
  if (!requirePeer('prove', t)) return;
  const folder = await project(t, {
    'a.t': [
      'use Test::More;',
      'ok 1, "one";',
      'ok 0, "two";',
      'SKIP: { skip "not here", 2; }',
      'TODO: { local $TODO = "later"; ok 0, "known"; }',
      'ok 1, "hash # inside";',
      'done_testing;',
    ].join('\n'),
  });
  await writeFile(path.join(folder, 'a.tap'), say(folder, 'perl', 'a.t'));
  const said = say(folder, 'prove', '--exec', 'cat', 'a.tap');
  const found = await read('tap', folder, 'a.tap');
  assert.equal(found.passed + found.failed + found.skipped, numberIn(said, /Tests=(\d+)/));
  assert.equal(found.failed, numberIn(said, /Failed (\d+)\/\d+ subtests/));
  // prove counts what is still to be done as okay; here it does not count.
  assert.equal(found.skipped - 1, numberIn(said, /less (\d+) skipped subtests/));
});
