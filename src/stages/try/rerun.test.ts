import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { runCommand } from '../../base/command.ts';
import { TestNamer, type TestId, type TestParts } from '../../model/observation.ts';
import type { Suite, SuiteCommand, SuiteRerun } from '../../model/suite.ts';
import { rerunCommand, type RerunCommand } from './rerun.ts';

const whole: SuiteCommand = { kind: 'shell', line: 'all' };

function suiteOf(
  how: SuiteRerun | undefined,
  results: Suite['results'] = { format: 'junit', from: { kind: 'stdout' } },
): Suite {
  return {
    name: 's',
    command: whole,
    source: undefined,
    mount: '/src',
    workdir: '/src',
    env: {},
    results,
    rerun: how,
    timeoutMs: 1000,
    network: 'none',
    user: undefined,
    mustPass: [],
    sentinel: undefined,
  };
}

const shell = (line: string, test_: string, separator?: string): SuiteRerun => ({
  command: { kind: 'shell', line },
  test: test_,
  separator,
});
const argv = (list: readonly [string, ...string[]], test_: string, separator?: string): SuiteRerun => ({
  command: { kind: 'argv', argv: list },
  test: test_,
  separator,
});

/** Names the tests as a report would, and asks for all of them. */
function rerun(
  how: SuiteRerun | undefined,
  all: readonly TestParts[],
  ask: (id: TestId) => boolean = () => true,
): RerunCommand {
  const namer = new TestNamer();
  const known = new Map(all.map((parts) => [namer.name(parts), parts]));
  return rerunCommand(suiteOf(how), [...known.keys()].filter(ask), known);
}

const isWhole = (result: RerunCommand): boolean => result.whole && result.command === whole;

test('in a shell line each test is one quoted word', () => {
  const result = rerun(shell('pytest {tests} -q', '{file}::{class}::{name}'), [
    { file: 'a.py', class: 'A', name: 't' },
    { file: 'b.py', class: 'B', name: 'it\'s; $(rm -rf /) `x` "\n*' },
  ]);
  assert.deepEqual(result, {
    whole: false,
    command: { kind: 'shell', line: `pytest 'a.py::A::t' 'b.py::B::it'\\''s; $(rm -rf /) \`x\` "\n*' -q` },
  });
});

test('a shell gives back any name byte for byte', async () => {
  const name = fc.string({
    unit: fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      fc.constantFrom(...Array.from(`'"\\$\`!*?~&|;<>(){}[]# \t\n\r=%^-`)),
    ),
    minLength: 1,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(
        name.filter(
          (each) =>
            !each.includes('\0') && !each.endsWith('…') && !each.startsWith('-') && each.isWellFormed(),
        ),
        { minLength: 1, maxLength: 5 },
      ),
      async (names) => {
        const { command } = rerun(
          shell(String.raw`printf '%s\0' {tests}`, '{name}'),
          names.map((each) => ({ name: each })),
        );
        assert.ok(command.kind === 'shell' && command !== whole);
        const spec = {
          program: 'sh',
          args: ['-c', command.line],
          env: { PATH: '/usr/bin:/bin' },
          timeoutMs: 10_000,
        };
        const { stdout } = await runCommand(spec);
        assert.deepEqual(stdout.split('\0').slice(0, -1), names);
      },
    ),
    { numRuns: 60 },
  );
});

test('with a separator all tests are one word', () => {
  const result = rerun(shell('jest -t {tests}', '{name}', '|'), [{ name: 'a b' }, { name: "c'd" }]);
  assert.deepEqual(result.command, { kind: 'shell', line: `jest -t 'a b|c'\\''d'` });
  assert.deepEqual(
    rerun(argv(['jest', '-t', '{tests}'], '{name}', '|'), [{ name: 'a b' }, { name: 'c' }]).command,
    { kind: 'argv', argv: ['jest', '-t', 'a b|c'] },
  );
});

test('in an argv list the element becomes several, also where it is a part of one', () => {
  const tests = [{ name: 'a b' }, { name: '$x' }];
  assert.deepEqual(rerun(argv(['run', '--', '{tests}', 'end'], '{name}'), tests).command, {
    kind: 'argv',
    argv: ['run', '--', 'a b', '$x', 'end'],
  });
  assert.deepEqual(rerun(argv(['run', '--only={tests}'], '{name}'), tests).command, {
    kind: 'argv',
    argv: ['run', '--only=a b', '--only=$x'],
  });
});

test('what the runner sees as one test is named once', () => {
  const { command } = rerun(shell('node {tests}', '{file}'), [
    { file: 'a.js', name: '1' },
    { file: 'a.js', name: '2' },
    { file: 'b.js', name: '1' },
  ]);
  assert.deepEqual(command, { kind: 'shell', line: "node 'a.js' 'b.js'" });
});

test('names are no templates', () => {
  const { command } = rerun(shell('run {tests} {tests}', '{name}'), [
    { name: "{tests} {file} $& $' {name}" },
  ]);
  const word = `'{tests} {file} $& $'\\'' {name}'`;
  assert.deepEqual(command, { kind: 'shell', line: `run ${word} ${word}` });
});

test('the whole suite runs where nothing else was asked or known how', () => {
  const known = new Map<TestId, TestParts>();
  const how = shell('run {tests}', '{name}');
  assert.ok(isWhole(rerunCommand(suiteOf(how), undefined, known)));
  assert.ok(isWhole(rerunCommand(suiteOf(how), [], known)));
  assert.ok(isWhole(rerun(undefined, [{ name: 'a' }])));
  assert.ok(isWhole(rerun(shell('run', '{name}'), [{ name: 'a' }])));
  assert.ok(isWhole(rerun(argv(['run'], '{name}'), [{ name: 'a' }])));
  const id = new TestNamer().name({ name: 'a' });
  assert.ok(isWhole(rerunCommand(suiteOf(how), [id], known)));
  assert.ok(
    isWhole(rerunCommand(suiteOf(how, { format: 'exit-status' }), [id], new Map([[id, { name: 'a' }]]))),
  );
  assert.equal(rerunCommand(suiteOf(how), [id], new Map([[id, { name: 'a' }]])).whole, false);
});

test('the whole suite runs where a name does not mean exactly one test', () => {
  const how = shell('run {tests}', '{class}.{name}');
  assert.ok(isWhole(rerun(how, [{ class: 'A', name: 'a' }, { name: 'b' }])), 'without a class');
  assert.ok(
    isWhole(
      rerun(how, [
        { class: 'A', name: 'a' },
        { class: 'A', name: 'a' },
      ]),
    ),
    'both of a name that repeats',
  );
  const twice = [
    { class: 'A', name: 'a' },
    { class: 'A', name: 'a' },
    { class: 'A', name: 'b' },
  ];
  assert.ok(isWhole(rerun(how, twice, (id) => id === 'A › a')), 'the first of a name that repeats');
  assert.ok(isWhole(rerun(how, twice, (id) => id === 'A › a #2')), 'the second of a name that repeats');
  assert.equal(rerun(how, twice, (id) => id === 'A › b').whole, false);
  assert.ok(isWhole(rerun(how, [{ class: 'A', name: `${'n'.repeat(999)}…` }])), 'a name that was cut');
  assert.ok(
    isWhole(rerun(shell('run {tests}', '{name}', '|'), [{ name: 'a|b' }])),
    'a name that holds the separator',
  );
});

test('the whole suite runs where a name cannot be one word of a command', () => {
  assert.ok(isWhole(rerun(shell('run {tests}', '{name}'), [{ name: 'a\0b' }])), 'a zero');
  assert.ok(isWhole(rerun(shell('run {tests}', '{name}'), [{ name: '--delete-all' }])), 'an option');
  assert.equal(rerun(shell('run {tests}', '--only={name}'), [{ name: '-x' }]).whole, false);
});

test('the whole suite runs where its part is longer than a command may be', () => {
  const tests = (count: number): readonly TestParts[] =>
    Array.from({ length: count }, (_, index) => ({
      name: `test ${String(index).padStart(5, '0')} ${'é'.repeat(40)}`,
    }));
  assert.equal(rerun(shell('run {tests}', '{name}'), tests(1000)).whole, false);
  assert.ok(isWhole(rerun(shell('run {tests}', '{name}'), tests(1500))));
  assert.ok(isWhole(rerun(argv(['run', '{tests}'], '{name}'), tests(1500))));
});
