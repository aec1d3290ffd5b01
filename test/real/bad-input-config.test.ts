import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import type { FailureCode } from '../../src/base/failure.ts';
import { failureOfRun, runCommandLine, type ShownFailure } from '../support/command-line.ts';

/** Nobody listens there; a config that is wrong must be found wrong before anybody is asked. */
const nowhere = 'localhost:1';

const good = `version: 1
images:
  ci: { baseline: ${nowhere}/team/ci:latest, image: ${nowhere}/team/ci:next }
suites:
  unit: { command: make test }
`;

async function folderWith(t: TestContext, text: string | Uint8Array | undefined): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-config-'));
  t.after(() => rm(folder, { recursive: true }));
  if (text !== undefined) await writeFile(path.join(folder, 'lockkeeper.yaml'), text);
  return folder;
}

/** Every command that reads a config, on its own. */
const commands: readonly (readonly string[])[] = [
  ['build', '--out', 'bundle'],
  ['gate', '--bundle', 'bundle'],
  ['resolve', 'bundle'],
  ['promote', 'bundle'],
];

interface Fault {
  readonly name: string;
  readonly text: string | Uint8Array | undefined;
  readonly code: FailureCode;
  /** Line and column that are named. */
  readonly at?: readonly [number, number];
  readonly says: RegExp;
  readonly hints: RegExp;
}

const faults: readonly Fault[] = [
  {
    name: 'is missing',
    text: undefined,
    code: 'config-missing',
    says: /no lockkeeper\.yaml in .*lockkeeper-config-.* or above/,
    hints: /lockkeeper init/,
  },
  {
    name: 'is empty',
    text: '',
    code: 'config-invalid',
    at: [1, 1],
    says: /it is empty/,
    hints: /init --force/,
  },
  {
    name: 'is not YAML',
    text: 'version: 1\nimages: [\n',
    code: 'config-syntax',
    at: [3, 1],
    says: /flow sequence/,
    hints: /config\.md/,
  },
  {
    name: 'is no text at all',
    text: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]),
    code: 'config-syntax',
    says: /not UTF-8/,
    hints: /UTF-8/,
  },
  {
    name: 'is a sentence',
    text: 'hello\n',
    code: 'config-invalid',
    at: [1, 1],
    says: /"hello"/,
    hints: /config\.md/,
  },
  {
    name: 'holds a key twice',
    text: `${good}version: 1\n`,
    code: 'config-syntax',
    at: [6, 1],
    says: /version|unique/,
    hints: /config\.md/,
  },
  {
    name: 'has an unknown key',
    text: good.replace('command:', 'comand:'),
    code: 'config-invalid',
    at: [5, 11],
    says: /suites\.unit has no key "comand"; did you mean command\?/,
    hints: /config\.md/,
  },
  {
    name: 'has values of the wrong types',
    text: good.replace('make test', '{ a: b }, timeout: soon').replace('version: 1', 'version: one'),
    code: 'config-invalid',
    at: [1, 10],
    says: /version.*"one"[^]*lockkeeper\.yaml:5:11: suites\.unit\.command is a group of keys[^]*"soon" is not a duration/,
    hints: /config\.md/,
  },
  {
    name: 'names a suite that is not there',
    text: good.replace(':next }', ':next, suites: [unti] }'),
    code: 'config-invalid',
    at: [3, 89],
    says: /images\.ci\.suites\[0\] names a suite "unti" that is not there; did you mean unit\?/,
    hints: /config\.md/,
  },
  {
    name: 'is larger than any config',
    text: `${good}# ${'x'.repeat(1024 * 1024)}\n`,
    code: 'config-syntax',
    says: /more than 1048576 bytes/,
    hints: /--config FILE/,
  },
];

suite('a config that', { concurrency: 2 }, () => {
  for (const [index, { name, text, code, at, says, hints }] of faults.entries()) {
    test(`${name} is named with its place, and nothing is written`, async (t) => {
      const folder = await folderWith(t, text);
      const before = await readdir(folder);
      const words = commands[index % commands.length] ?? [];
      const failure = failureOfRun(await runCommandLine([...words, '--json'], { cwd: folder }), code);
      assert.match(failure.message, says);
      assert.match(failure.hint ?? '', hints);
      if (at !== undefined) {
        assert.deepEqual(failure.where, { file: 'lockkeeper.yaml', line: at[0], column: at[1] });
      }
      assert.deepEqual(await readdir(folder), before);
    });
  }

  test('is wrong is the same error of every command', async (t) => {
    const folder = await folderWith(t, good.replace('version: 1', 'version: 2'));
    const shown: ShownFailure[] = [];
    for (const words of commands) {
      shown.push(failureOfRun(await runCommandLine([...words, '--json'], { cwd: folder }), 'config-invalid'));
    }
    for (const each of shown) assert.deepEqual(each, shown[0]);
  });

  test('is good, and an image is asked for that is not in it: the near one is named', async (t) => {
    const folder = await folderWith(t, good);
    const ended = await runCommandLine(['build', '--out', 'bundle', 'cl', '--json'], { cwd: folder });
    const failure = failureOfRun(ended, 'name-unknown');
    assert.match(failure.message, /"cl"/);
    assert.match(failure.hint ?? '', /Did you mean ci\?/);
    assert.deepEqual(await readdir(folder), ['lockkeeper.yaml']);
  });

  test('is there already is not replaced by init', async (t) => {
    const folder = await folderWith(t, 'not a config\n');
    const failure = failureOfRun(await runCommandLine(['init', '--json'], { cwd: folder }), 'config-exists');
    assert.match(failure.hint ?? '', /--force/);
    assert.equal(await readFile(path.join(folder, 'lockkeeper.yaml'), 'utf8'), 'not a config\n');
  });
});

suite('a command line', { concurrency: 2 }, () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['biuld'], /"biuld"/],
    [['build', '--out', 'b', '--ot', 'c'], /--ot/],
    [['gate', '--bundle', 'b', '--report', 'x.pdf'], /x\.pdf/],
    [['judge', 'only-one'], /CANDIDATE/],
  ];
  for (const [words, says] of wrong) {
    test(`that says \`${words.join(' ')}\` is told what is wrong with it`, async (t) => {
      const folder = await folderWith(t, good);
      const ended = await runCommandLine([...words, '--json'], { cwd: folder });
      assert.match(failureOfRun(ended, 'usage').message, says);
      assert.deepEqual(await readdir(folder), ['lockkeeper.yaml']);
    });
  }

  test('that names a bundle which is not there, or is something else, is told to build one', async (t) => {
    const folder = await folderWith(t, good);
    for (const [words, place] of [
      [['gate', '--bundle', 'gone'], 'gone'],
      [['promote', '.'], ''],
      [['resolve', 'lockkeeper.yaml'], 'lockkeeper.yaml'],
    ] as const) {
      const failure = failureOfRun(
        await runCommandLine([...words, '--json'], { cwd: folder }),
        'bundle-missing',
      );
      assert.ok(failure.message.includes(path.join(folder, place)), failure.message);
      assert.match(failure.hint ?? '', /lockkeeper build --out/);
    }
    const taken = await runCommandLine(['build', '--out', '.', '--json'], { cwd: folder });
    assert.match(failureOfRun(taken, 'output-exists').message, /lockkeeper\.yaml/);
    assert.deepEqual(await readdir(folder), ['lockkeeper.yaml']);
  });
});
