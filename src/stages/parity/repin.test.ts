import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pinFileNames, type PinFileName, type Runtime } from '../../model/runtime-pin.ts';
import { splice } from '../pin/splice.ts';
import { readPins, type PinsRead } from './read-pins.ts';
import { repin } from './repin.ts';

async function read(name: PinFileName, bytes: Buffer): Promise<PinsRead> {
  return readPins({
    list: () => Promise.resolve([name]),
    read: (_, { receive }) => {
      receive({ kind: 'bytes', path: name, bytes });
      return Promise.resolve();
    },
  });
}

/** The file as it is afterwards; or why it stays. */
async function after(name: PinFileName, text: string, runtime: Runtime, version: string): Promise<string> {
  const bytes = Buffer.from(text);
  const { pins } = await read(name, bytes);
  const all = repin(pins, { runtime, version }, new Map([[name, bytes]]));
  const refused = all.flatMap((each) => (each.kind === 'refused' ? [each.why] : []));
  if (refused.length > 0) return `refused: ${refused[0]}`;
  const edits = all.flatMap((each) => {
    if (each.kind !== 'changes') return [];
    const { start, end } = each.pin.place.bytes;
    return [{ start, end, before: bytes.toString('latin1', start, end), after: each.becomes }];
  });
  return Buffer.from(splice(bytes, edits, name)).toString();
}

type Row = readonly [PinFileName, string, Runtime, string, string];

/** File, what it says, runtime, version, what it says then; each as the tools themselves write it. */
const rows: readonly Row[] = [
  ['.python-version', '\uFEFF3.14.0\r\n', 'python', '3.13', '\uFEFF3.13\r\n'],
  ['.python-version', '# ours\n3.13.5 # as deployed\n', 'python', '3.13', '# ours\n3.13.5 # as deployed\n'],
  ['.python-version', '3.13\n', 'python', '3.13.7', '3.13.7\n'],
  ['.python-version', '3.14\n3.12\n', 'python', '3.13', '3.13\n3.12\n'],
  ['.python-version', 'cpython-3.14', 'python', '3.13', 'cpython-3.13'],
  ['runtime.txt', 'python-3.14.0', 'python', '3.13.1', 'python-3.13.1'],
  [
    'Pipfile',
    '[requires]\npython_version = "3.14"\n',
    'python',
    '3.13.1',
    '[requires]\npython_version = "3.13"\n',
  ],
  [
    'pyproject.toml',
    '[project]\nrequires-python = ">=3.11"\n',
    'python',
    '3.13',
    '[project]\nrequires-python = ">=3.11"\n',
  ],
  [
    'pyproject.toml',
    '[project]\nrequires-python = ">=3.14"\n',
    'python',
    '3.13',
    '[project]\nrequires-python = ">=3.13"\n',
  ],
  [
    'pyproject.toml',
    '[project]\nrequires-python = ">=3.14,<3.15"\n',
    'python',
    '3.13',
    '[project]\nrequires-python = "==3.13.*"\n',
  ],
  [
    'pyproject.toml',
    '[project]\nrequires-python = "~=3.14.0"\n',
    'python',
    '3.13',
    '[project]\nrequires-python = "~=3.13.0"\n',
  ],
  [
    'pyproject.toml',
    '[tool.poetry.dependencies]\npython = "^3.14" # newest\n',
    'python',
    '3.13',
    '[tool.poetry.dependencies]\npython = "^3.13" # newest\n',
  ],
  [
    'pyproject.toml',
    '[tool.poetry.dependencies]\npython = "<3.12"\n',
    'python',
    '3.13',
    '[tool.poetry.dependencies]\npython = "~3.13"\n',
  ],
  ['.nvmrc', 'v24.1.0\n', 'node', '22', 'v22\n'],
  ['.nvmrc', 'lts/krypton\n', 'node', '22', '22\n'],
  ['.node-version', '24\n', 'node', '22.4.1', '22.4.1\n'],
  [
    'package.json',
    '{ "engines": {"node": ">=24" , "npm":"11" } }',
    'node',
    '22',
    '{ "engines": {"node": ">=22" , "npm":"11" } }',
  ],
  ['package.json', '{"engines":{"node":"24.x"}}', 'node', '22', '{"engines":{"node":"22.x"}}'],
  ['package.json', '{"engines":{"node":"^20 || ^24"}}', 'node', '22', '{"engines":{"node":"22.x"}}'],
  ['package.json', '{"volta":{"node":"24.1.0"}}', 'node', '22.4.1', '{"volta":{"node":"22.4.1"}}'],
  ['package.json', '{"packageManager":"pnpm@10.1.0"}', 'pnpm', '9.1.0', '{"packageManager":"pnpm@9.1.0"}'],
  ['go.mod', 'module m\n\ngo 1.25 // x\n', 'go', '1.24', 'module m\n\ngo 1.24 // x\n'],
  [
    'go.mod',
    'module m\ngo 1.25\ntoolchain go1.25.1\n',
    'go',
    '1.24.2',
    'module m\ngo 1.24.2\ntoolchain go1.24.2\n',
  ],
  ['.ruby-version', 'ruby-3.4.1\n', 'ruby', '3.3.6', 'ruby-3.3.6\n'],
  ['Gemfile', 'source "x"\nruby "~> 3.4.0"\n', 'ruby', '3.3', 'source "x"\nruby "~> 3.3.0"\n'],
  ['Gemfile', "ruby '>= 3.4', '< 3.5'\n", 'ruby', '3.3', "ruby '~> 3.3.0'\n"],
  ['Gemfile.lock', 'RUBY VERSION\n   ruby 3.4.1\n', 'ruby', '3.3.6', 'RUBY VERSION\n   ruby 3.3.6\n'],
  [
    '.tool-versions',
    'nodejs 24.1.0\npython 3.14.0 3.12.1\n',
    'python',
    '3.13.1',
    'nodejs 24.1.0\npython 3.13.1 3.12.1\n',
  ],
  [
    'mise.toml',
    '[tools]\npython = ["3.14", "3.12"]\n',
    'python',
    '3.13',
    '[tools]\npython = ["3.13", "3.12"]\n',
  ],
  ['global.json', '{"sdk":{"version":"10.0.100"}}', 'dotnet', '9.0.100', '{"sdk":{"version":"9.0.100"}}'],
  [
    'rust-toolchain.toml',
    '[toolchain]\nchannel = "stable"\n',
    'rust',
    '1.89',
    '[toolchain]\nchannel = "1.89"\n',
  ],
  ['rust-toolchain', '1.91.0\n', 'rust', '1.89.0', '1.89.0\n'],
  ['.java-version', '25\n', 'java', '21', '21\n'],
  ['system.properties', 'java.runtime.version=25\r\n', 'java', '21', 'java.runtime.version=21\r\n'],
  ['composer.json', '{"require":{"php":"~8.5.0"}}', 'php', '8.4', '{"require":{"php":"~8.4.0"}}'],
  ['composer.json', '{"require":{"php":">=8.2"}}', 'php', '8.4', '{"require":{"php":">=8.2"}}'],
  [
    'project.toml',
    '[[io.buildpacks.build.env]]\nname = "BP_CPYTHON_VERSION"\nvalue = "3.14.*"\n',
    'python',
    '3.13',
    '[[io.buildpacks.build.env]]\nname = "BP_CPYTHON_VERSION"\nvalue = "3.13.x"\n',
  ],
  [
    'Procfile',
    'web: python3.14 -m app\njob: python3.14 -m job\n',
    'python',
    '3.13.2',
    'web: python3.13 -m app\njob: python3.13 -m job\n',
  ],
];

test('each kind of pin file says the version in its own grammar, and not one other byte changes', async () => {
  for (const [name, before, runtime, version, expected] of rows)
    assert.equal(await after(name, before, runtime, version), expected, `${name}: ${before}`);
  const told = new Set(rows.map(([name]) => name));
  assert.deepEqual(
    pinFileNames.filter((name) => !told.has(name)),
    ['.mise.toml'],
    'it is the same file as mise.toml',
  );
});

test('what was written reads as what was asked for, and asked for once more nothing changes', async () => {
  for (const [name, before, runtime, version] of rows) {
    const once = await after(name, before, runtime, version);
    const { pins, faults } = await read(name, Buffer.from(once));
    assert.deepEqual(faults, []);
    const [first] = repin(pins, { runtime, version }, new Map());
    assert.equal(first?.kind, 'fits', once);
  }
});

test('where a version does not fit its place, nothing is written, and it is said what to do', async () => {
  const refusals: readonly (readonly [PinFileName, string, Runtime, string, RegExp])[] = [
    ['package.json', '{"volta":{"node":"24.1.0"}}', 'node', '22', /whole version only, such as 22\.0\.0/],
    [
      'package.json',
      '{"packageManager":"pnpm@10.1.0+sha512.ab"}',
      'pnpm',
      '9.1.0',
      /corepack use pnpm@9\.1\.0/,
    ],
    ['go.mod', 'module m\ngo 1.25\ntoolchain go1.25.1\n', 'go', '1.24', /whole version only/],
    ['Gemfile.lock', 'RUBY VERSION\n   ruby 3.4.1p12\n', 'ruby', '3.3.6', /bundle update --ruby/],
    ['Procfile', 'web: python3.14 -m app\n', 'python', '2', /series of two numbers/],
    ['.tool-versions', 'python 3.14.0 3.13.1\n', 'python', '3.13', /for a person/],
  ];
  for (const [name, text, runtime, version, why] of refusals)
    assert.match(await after(name, text, runtime, version), why, text);
});

test('pins of other runtimes stay, whatever they say', async () => {
  const text = 'nodejs 24\npython 3.14\n';
  assert.equal(await after('.tool-versions', text, 'ruby', '3.3'), text);
});
