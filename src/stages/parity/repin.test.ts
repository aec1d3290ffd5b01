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

test('another implementation, vendor, host or build stays, wherever it is written', async () => {
  const others: readonly (readonly [PinFileName, Runtime, string, readonly string[]])[] = [
    ['.tool-versions', 'python', 'python HERE\n', ['pypy3.10-7.3', 'miniconda3-4.7.12', 'anaconda-4.0.0']],
    ['.tool-versions', 'python', 'python HERE\n', ['stackless-2.7.2', '3.14.0t', 'jython-2.7.2']],
    ['.tool-versions', 'ruby', 'ruby HERE\n', ['jruby-9.4.2.0', 'truffleruby-24.0.0', 'mruby-3.1.0']],
    ['.tool-versions', 'java', 'java HERE\n', ['adoptopenjdk-jre-17.0.1', 'liberica-nik-23', 'graalvm']],
    ['.tool-versions', 'node', 'nodejs HERE\n', ['iojs-3.3.1', 'graal-19.0.0']],
    ['.tool-versions', 'rust', 'rust HERE\n', ['nightly', 'beta']],
    [
      'mise.toml',
      'python',
      '[tools]\npython = "HERE"\n',
      ['pypy-3.10', 'pypy3.10', 'anaconda3-2024', '3.14.0t'],
    ],
    ['mise.toml', 'ruby', '[tools]\nruby = "HERE"\n', ['jruby-9.4', 'truffleruby+graalvm-24.0.0']],
    ['mise.toml', 'java', '[tools]\njava = "HERE"\n', ['corretto-17', 'zulu-jre-17', '17.0.2-tem']],
    ['mise.toml', 'rust', '[tools]\nrust = "HERE"\n', ['nightly', 'nightly-2024-01-01']],
    ['.mise.toml', 'node', '[tools]\nnode = "HERE"\n', ['iojs-3.3.1']],
    ['system.properties', 'java', 'java.runtime.version=HERE\n', ['zulu-17', 'openjdk-17', 'heroku-17']],
    ['.java-version', 'java', 'HERE\n', ['graalvm', '17.0.2-tem', 'zulu-jre-17']],
    [
      'rust-toolchain',
      'rust',
      'HERE\n',
      ['nightly', 'nightly-2024-01-01', 'beta', 'stable-x86_64-apple-darwin'],
    ],
    ['rust-toolchain', 'rust', 'HERE\n', ['1.80-x86_64-pc-windows-msvc', '1.80.1-aarch64-apple-darwin']],
    [
      'rust-toolchain.toml',
      'rust',
      '[toolchain]\nchannel = "HERE"\n',
      ['nightly', '1.80-i686-pc-windows-gnu'],
    ],
    [
      '.python-version',
      'python',
      'HERE\n',
      ['stackless-3.7', 'cpython-3.14.1-macos-aarch64-none', '3.14t', 'my-env'],
    ],
    ['.ruby-version', 'ruby', 'HERE\n', ['rubinius-5.0', 'ree-1.8.7', 'artichoke-dev']],
    ['.nvmrc', 'node', 'HERE\n', ['iojs', 'iojs-v3.3.1', 'system', 'node-chakracore-10']],
    ['.node-version', 'node', 'HERE\n', ['chakracore-10.0.0', 'graal+ce-19.2.1']],
    ['go.mod', 'go', 'module m\ntoolchain go1.22.1-HERE\n', ['bigcorp']],
    [
      'Gemfile',
      'ruby',
      "ruby '3.1.4'HERE\ngem 'x'\n",
      [
        ", engine: 'jruby', engine_version: '9.4.2.0'",
        ", patchlevel: '83', :engine => 'jruby', :engine_version => '9.4.2.0'",
        ",\n  engine: 'truffleruby'",
        ", patchlevel: '83'",
      ],
    ],
    ['Gemfile.lock', 'ruby', 'RUBY VERSION\n   ruby 3.1.4HERE\n', [' (jruby 9.4.2.0)', 'p0 (jruby 9.4.2.0)']],
  ];
  for (const [name, runtime, text, written] of others)
    for (const word of written)
      assert.match(
        await after(name, text.replace('HERE', word), runtime, '99.1.2'),
        /^refused: /,
        `${name}: ${word}`,
      );
});

test('a vendor that stands before its version stays before the new one', async () => {
  assert.equal(await after('.java-version', 'zulu-17\n', 'java', '21'), 'zulu-21\n');
  assert.equal(await after('.tool-versions', 'java corretto-17\n', 'java', '21'), 'java corretto-21\n');
});

test('what means the runtime itself, and a version that is not final, is overwritten', async () => {
  const own: readonly (readonly [PinFileName, Runtime, string])[] = [
    ['.nvmrc', 'node', 'lts/*'],
    ['.nvmrc', 'node', 'node'],
    ['.node-version', 'node', 'latest'],
    ['.node-version', 'node', '24.x'],
    ['.python-version', 'python', '3.14.0rc1'],
    ['.python-version', 'python', '3.14-dev'],
    ['.ruby-version', 'ruby', '3.4.0-preview1'],
    ['rust-toolchain', 'rust', 'stable'],
    ['.java-version', 'java', '17.0.1+12-LTS'],
  ];
  for (const [name, runtime, text] of own)
    assert.equal(await after(name, `${text}\n`, runtime, '99.1.2'), '99.1.2\n', text);
  assert.equal(await after('.tool-versions', 'nodejs latest:22\n', 'node', '99.1'), 'nodejs 99.1\n');
  assert.equal(
    await after('Gemfile', "ruby '3.1'\ngem 'a', engine: 1\n", 'ruby', '3.3'),
    "ruby '3.3'\ngem 'a', engine: 1\n",
  );
});
