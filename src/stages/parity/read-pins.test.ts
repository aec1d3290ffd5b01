import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { memoryTree } from '../../../test/support/memory-tree.ts';
import { limits } from '../../base/limits.ts';
import { textAt } from '../../base/json-path.ts';
import { pinFileNames, type PinFileName } from '../../model/runtime-pin.ts';
import { pinFiles } from './pin-files/all.ts';
import { mayPin, readPins, type PinsRead } from './read-pins.ts';

const read = (files: Readonly<Record<string, string | Uint8Array>>): Promise<PinsRead> =>
  readPins(memoryTree(files));

const told = ({ pins, faults }: PinsRead): readonly string[] => [
  ...pins.map(
    ({ runtime, text, grammar, field, place: { line, column } }) =>
      `${line}:${column} ${runtime} ${text} (${grammar}, ${field})`,
  ),
  ...faults.map(({ line, column, why }) => `${line}:${column} not read: ${why}`),
];

interface Case {
  readonly file: PinFileName;
  readonly text: string;
  readonly says: readonly string[];
}

const cases: readonly Case[] = [
  { file: '.python-version', text: '3.14\n', says: ['1:1 python 3.14 (exact, .python-version)'] },
  {
    file: '.python-version',
    text: '# ours\n\n  3.13.1  # why\ncpython-3.12 pypy3.10-7.3 3.14t\nsystem\n',
    says: [
      '3:3 python 3.13.1 (exact, .python-version)',
      '4:9 python 3.12 (exact, .python-version)',
      '4:27 python 3.14t (exact, .python-version)',
    ],
  },
  { file: '.python-version', text: '# nothing\n', says: ['1:1 not read: it names no version'] },
  { file: 'runtime.txt', text: 'python-3.12.1\n', says: ['1:8 python 3.12.1 (exact, runtime.txt)'] },
  { file: 'runtime.txt', text: '', says: ['1:1 not read: it names no version'] },
  { file: 'runtime.txt', text: '3.12\n', says: ['1:1 not read: it is not one line such as python-3.12.1'] },
  {
    file: 'runtime.txt',
    text: 'python-3.12\npython-3.13\n',
    says: ['2:1 not read: it is not one line such as python-3.12.1'],
  },
  {
    file: 'Pipfile',
    text: '[packages]\nflask = "*"\n[requires]\npython_version = "3.12"\npython_full_version = "3.12.4"\n',
    says: [
      '5:24 python 3.12.4 (exact, requires.python_full_version)',
      '4:19 python 3.12 (exact, requires.python_version)',
    ],
  },
  { file: 'Pipfile', text: '[requires\n', says: ['2:1 not read: unterminated table-key'] },
  {
    file: 'pyproject.toml',
    text: '[project]\nname = "a"\nrequires-python = ">=3.11,<3.14"\n\n[tool.poetry.dependencies]\npython = "^3.12"\n',
    says: [
      '3:20 python >=3.11,<3.14 (pep440, project.requires-python)',
      '6:11 python ^3.12 (poetry, tool.poetry.dependencies.python)',
    ],
  },
  {
    file: 'pyproject.toml',
    text: 'tool.poetry.dependencies.python = { version = "~3.12", optional = true }\n',
    says: ['1:48 python ~3.12 (poetry, tool.poetry.dependencies.python.version)'],
  },
  {
    file: 'pyproject.toml',
    text: '[project]\nname = "a"\nname = "b"\n',
    says: ['3:1 not read: defining a key multiple times is invalid'],
  },
  { file: '.nvmrc', text: 'v22.11.0\n', says: ['1:2 node 22.11.0 (exact, .nvmrc)'] },
  { file: '.nvmrc', text: 'lts/* # the newest\n', says: ['1:1 node lts/* (alias, .nvmrc)'] },
  { file: '.nvmrc', text: 'lts/jod', says: ['1:1 node lts/jod (alias, .nvmrc)'] },
  {
    file: '.nvmrc',
    text: '20\n22\n',
    says: ['1:1 node 20 (exact, .nvmrc)', '2:1 not read: only one version may stand in it'],
  },
  { file: '.node-version', text: 'node-22\n', says: ['1:6 node 22 (exact, .node-version)'] },
  { file: '.node-version', text: '\n', says: ['1:1 not read: it names no version'] },
  {
    file: 'package.json',
    text: `{
  "engines": { "node": ">=20 <25", "npm": "10.x", "vscode": "^1" },
  "packageManager": "pnpm@9.1.0+sha512.abc",
  "devEngines": { "runtime": [{ "name": "node", "version": "^22" }], "packageManager": { "name": "pnpm", "version": "9" } },
  "volta": { "node": "22.11.0" }
}
`,
    says: [
      '2:25 node >=20 <25 (semver, engines.node)',
      '2:44 npm 10.x (semver, engines.npm)',
      '3:27 pnpm 9.1.0 (exact, packageManager)',
      '4:61 node ^22 (semver, devEngines.runtime.0.version)',
      '4:118 pnpm 9 (semver, devEngines.packageManager.version)',
      '5:23 node 22.11.0 (exact, volta.node)',
    ],
  },
  {
    file: 'package.json',
    text: '{ "engines": { "node": 20 }, "packageManager": "cargo@1" }',
    says: [],
  },
  {
    file: 'package.json',
    text: '{ "engines": { "node": "20" }',
    says: ['1:25 node 20 (semver, engines.node)', '1:30 not read: it ends before it is complete'],
  },
  { file: 'package.json', text: '{ "a": oops }', says: ['1:8 not read: "oops" is no value'] },
  {
    file: 'go.mod',
    text: 'module a.test/b\n\n// +heroku goVersion go1.21\ngo 1.22.1 // least\n\ntoolchain go1.23.4\n\nrequire c.test/go v1.0.0\n',
    says: [
      '3:24 go 1.21 (exact, +heroku goVersion)',
      '4:4 go 1.22.1 (least, go)',
      '6:13 go 1.23.4 (exact, toolchain)',
    ],
  },
  {
    file: 'go.mod',
    text: 'go 1.22\n',
    says: ['1:4 go 1.22 (least, go)', '1:1 not read: no line names the module'],
  },
  { file: '.ruby-version', text: 'ruby-3.3.6\n', says: ['1:6 ruby 3.3.6 (exact, .ruby-version)'] },
  { file: '.ruby-version', text: 'jruby-9.4\n', says: [] },
  { file: '.ruby-version', text: ' \n', says: ['1:1 not read: it names no version'] },
  {
    file: 'Gemfile',
    text: `source "https://rubygems.org"\nruby '>= 3.2', "< 3.4"\ngem "ruby-progressbar", "1.0"\n`,
    says: ['2:7 ruby >= 3.2, < 3.4 (ruby, ruby)'],
  },
  { file: 'Gemfile', text: 'ruby file: ".ruby-version"\n# ruby "2.0"\n', says: [] },
  {
    file: 'Gemfile.lock',
    text: 'GEM\n  specs:\n\nRUBY VERSION\n   ruby 3.3.6p108\n\nBUNDLED WITH\n   2.5.22\n',
    says: ['5:9 ruby 3.3.6 (exact, RUBY VERSION)', '8:4 bundler 2.5.22 (exact, BUNDLED WITH)'],
  },
  { file: 'Gemfile.lock', text: 'BUNDLED WITH\n', says: [] },
  {
    file: '.tool-versions',
    text: 'python 3.13.1 3.12.8 system\nnodejs lts\njava temurin-21.0.5+11 # jdk\nterraform 1.9\ngolang\n',
    says: [
      '1:8 python 3.13.1 (exact, python)',
      '1:15 python 3.12.8 (exact, python)',
      '2:8 node lts (alias, node)',
      '3:14 java 21.0.5+11 (exact, java)',
      '5:1 not read: a line names no version',
    ],
  },
  {
    file: 'mise.toml',
    text: '[tools]\npython = ["3.13", "3.12"]\n"core:node" = { version = "22" }\ngo = "latest"\nterraform = "1"\n[env]\nnode = "x"\n',
    says: [
      '2:12 python 3.13 (exact, tools.python.0)',
      '2:20 python 3.12 (exact, tools.python.1)',
      '3:28 node 22 (exact, tools.core:node.version)',
      '4:7 go latest (alias, tools.go)',
    ],
  },
  { file: '.mise.toml', text: 'tools.ruby = "3.3"\n', says: ['1:15 ruby 3.3 (exact, tools.ruby)'] },
  { file: 'mise.toml', text: '[tools]\nnode = \n', says: ['3:1 not read: unspecified values are invalid'] },
  {
    file: 'global.json',
    text: '{\n  // the SDK\n  "sdk": { "version": "9.0.100", "rollForward": "latestFeature", },\n}\n',
    says: ['3:24 dotnet 9.0.100 (exact, sdk.version)'],
  },
  { file: 'global.json', text: '[', says: ['1:2 not read: it ends before it is complete'] },
  { file: 'rust-toolchain', text: '1.83.0\n', says: ['1:1 rust 1.83.0 (exact, channel)'] },
  { file: 'rust-toolchain', text: 'stable\n', says: ['1:1 rust stable (alias, channel)'] },
  {
    file: 'rust-toolchain.toml',
    text: '[toolchain]\nchannel = "nightly-2026-01-01"\n',
    says: ['2:12 rust nightly-2026-01-01 (alias, toolchain.channel)'],
  },
  { file: 'rust-toolchain.toml', text: '[toolchain\n', says: ['2:1 not read: unterminated table-key'] },
  { file: '.java-version', text: 'temurin-21.0.5\n', says: ['1:9 java 21.0.5 (exact, .java-version)'] },
  { file: '.java-version', text: '# none\n', says: ['1:1 not read: it names no version'] },
  {
    file: 'system.properties',
    text: '# jdk\njava.runtime.version = 17\nmaven.version=3.9\njava.runtime.version=21\n',
    says: ['4:22 java 21 (exact, java.runtime.version)'],
  },
  {
    file: 'composer.json',
    text: '{ "require": { "php": "^8.2", "ext-json": "*" }, "config": { "platform": { "php": "8.3.1" } } }',
    says: ['1:24 php ^8.2 (composer, require.php)', '1:84 php 8.3.1 (exact, config.platform.php)'],
  },
  { file: 'composer.json', text: '{]', says: ['1:2 not read: ] closes nothing'] },
  {
    file: 'project.toml',
    text: '[_]\nschema-version = "0.2"\n[[io.buildpacks.build.env]]\nname = "OTHER"\nvalue = "1"\n[[io.buildpacks.build.env]]\nname = "BP_CPYTHON_VERSION"\nvalue = "3.12.*"\n',
    says: ['8:10 python 3.12.* (semver, BP_CPYTHON_VERSION)'],
  },
  {
    file: 'project.toml',
    text: '[[build.env]]\nname = "BP_NODE_VERSION"\nvalue = "~22"\n[x]\nname = "BP_NODE_VERSION"\n',
    says: ['3:10 node ~22 (semver, BP_NODE_VERSION)'],
  },
  { file: 'project.toml', text: '= 1\n', says: ['1:1 not read: unexpected token'] },
  {
    file: 'Procfile',
    text: 'web: gunicorn app:app\nworker: /usr/bin/python3.12 -m worker python3\nbroken line\n',
    says: ['2:24 python 3.12 (exact, worker)', '3:1 not read: a line is not of the form process: command'],
  },
];

for (const { file, text, says } of cases) {
  test(`${file} ${JSON.stringify(text.slice(0, 40))}: each version at its place`, async () => {
    assert.deepEqual(told(await read({ [file]: text })), says);
  });
}

test('Windows line ends and a byte order mark move nothing, and the bytes of each pin are its own', async () => {
  for (const { file, text, says } of cases) {
    const bytes = Buffer.from(`\u{FEFF}${text.replaceAll('\n', '\r\n')}`);
    const found = await read({ [file]: bytes });
    assert.deepEqual(
      told(found).map((line) => line.replace(/^(\d+):\d+ not read/, '$1 not read')),
      says.map((line) => line.replace(/^(\d+):\d+ not read/, '$1 not read')),
      text,
    );
    for (const { text: version, place, grammar } of found.pins) {
      if (grammar === 'ruby') continue;
      assert.equal(bytes.subarray(place.bytes.start, place.bytes.end).toString(), version);
    }
  }
});

test('every kind of file has a reader and a case here', () => {
  assert.deepEqual(new Set(pinFiles.flatMap(({ names }) => names)), new Set(pinFileNames));
  assert.deepEqual(new Set(cases.map(({ file }) => file)), new Set(pinFileNames));
});

test('no file pins a runtime that its reader does not name', async () => {
  for (const { file, text } of cases) {
    const { pins } = await read({ [file]: text });
    for (const { runtime } of pins)
      assert.ok(mayPin({ file, line: 1, column: 1, why: '' }, runtime), `${file}: ${runtime}`);
  }
});

test('only the files of the folder itself count, in a fixed order', async () => {
  const found = await read({
    'package.json': '{"engines":{"node":"22"}}',
    '.python-version': '3.13',
    'sub/.python-version': '3.12',
    'README.md': 'python 3.1',
  });
  assert.deepEqual(
    found.pins.map(({ place, text }) => `${place.file} ${text}`),
    ['.python-version 3.13', 'package.json 22'],
  );
  assert.deepEqual(found.files, ['.python-version', 'package.json']);
});

test('a file that is no text, or too large, is told and stops no other', async () => {
  const found = await read({
    '.python-version': Buffer.from([0xff, 0xfe, 0x33, 0x00]),
    'package.json': `{"a":"${'x'.repeat(limits.pinFileBytesMax)}"}`,
    '.nvmrc': '22',
  });
  assert.deepEqual(
    found.faults.map(({ file, why }) => `${file}: ${why}`),
    ['.python-version: it is not UTF-8', `package.json: it is larger than ${limits.pinFileBytesMax} bytes`],
  );
  assert.deepEqual(found.pins.length, 1);
});

test('input that is made to be slow or deep takes no longer than its length', async () => {
  const nasty = {
    'package.json': '['.repeat(1_000_000),
    'go.mod': 'go\t'.repeat(500_000),
    Gemfile: `ruby ${'"",'.repeat(300_000)}`,
    Procfile: `web: ${'/'.repeat(1_000_000)}`,
    'system.properties': `java.runtime.version${' '.repeat(1_000_000)}`,
    '.tool-versions': 'python '.repeat(300_000),
    'pyproject.toml': `a = ${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    'mise.toml': `${'a.'.repeat(200_000)}a = 1`,
    Pipfile: `a=${'{b='.repeat(100_000)}1${'}'.repeat(100_000)}`,
    'project.toml': `a = ${'"""'.repeat(100_001)}`,
    'rust-toolchain.toml': `a = ${'a'.repeat(1_000_000)}`,
    'runtime.txt': `python-1${'a'.repeat(1_000_000)}!`,
    '.nvmrc': `v1${'1'.repeat(1_000_000)}!`,
    'composer.json': JSON.stringify({ require: { php: `8${' '.repeat(1_000_000)}x` } }),
  };
  const found = await read(nasty);
  assert.ok(found.pins.length <= 6 * limits.pinsOfFileMax);
});

test('a text that is longer than any version is named and never taken for one', async () => {
  const long = `1.${'0'.repeat(limits.pinCharsMax)}`;
  const found = await read({
    '.python-version': `${long}\n3.13\n`,
    '.nvmrc': '1'.repeat(limits.pinCharsMax),
  });
  assert.deepEqual(
    found.pins.map(({ place, text }) => [place.name, text.length]),
    [
      ['.python-version', 4],
      ['.nvmrc', limits.pinCharsMax],
    ],
  );
  assert.deepEqual(found.faults, [
    {
      file: '.python-version',
      line: 1,
      column: 1,
      why: `it has ${long.length} characters, and no version or range has more than ${limits.pinCharsMax}`,
    },
  ]);
});

test('a pin of which the name is endless is named and not taken', async () => {
  const { pins, faults } = await read({ Procfile: `${'x'.repeat(100_000)}: ${'python3.12 '.repeat(500)}` });
  assert.deepEqual([pins.length, faults.length], [0, 500]);
  assert.match(faults[0]?.why ?? '', /^its name has 100000 characters/);
});

test('what npm’s packages really say of their engines is read as JSON itself reads it', async () => {
  const folder = path.join(import.meta.dirname, '../../../node_modules');
  let compared = 0;
  for (const name of await readdir(folder)) {
    const text = await readFile(path.join(folder, name, 'package.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const written = textAt(JSON.parse(text), 'engines', 'node')?.trim();
    const node = written === undefined ? [] : [written];
    const { pins, faults } = await read({ 'package.json': text });
    assert.deepEqual(faults, [], name);
    assert.deepEqual(
      pins.filter(({ field }) => field === 'engines.node').map(({ text: range }) => range),
      node,
      name,
    );
    compared += node.length;
  }
  assert.ok(compared >= 5, `${compared} packages name an engine`);
});
