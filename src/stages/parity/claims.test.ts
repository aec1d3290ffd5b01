import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryTree } from '../../../test/support/memory-tree.ts';
import { KnowledgeFiles } from '../../adapters/knowledge/files.ts';
import { digestOf } from '../../model/digest.ts';
import type { VersionList } from '../../model/version-list.ts';
import { judgePin, type KnownBuildpack } from './judge-pin.ts';
import { readPins } from './read-pins.ts';

/** What each data file claims, said once more as what a build does; the two were written apart from one another. */

const dataFiles = new KnowledgeFiles();
const knowledge = await dataFiles.of(await dataFiles.ids());

interface Claim {
  readonly id: string;
  /** Of the buildpack. */
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
  /** By pin: what it resolves to, `!` and a word of why not, or `~` and what is used instead. */
  readonly says: readonly string[];
}

const python = (version: string, files: Claim['files'], ...says: readonly string[]): Claim => ({
  id: 'heroku/python',
  version,
  files,
  says,
});
const pyenv = (text: string): Claim['files'] => ({ '.python-version': text });
const runtime = (text: string): Claim['files'] => ({ 'runtime.txt': text });
const engines = (text: string): Claim['files'] => ({ 'package.json': `{"engines":{"node":"${text}"}}` });
const lock = (text: string): Claim['files'] => ({ 'Gemfile.lock': `RUBY VERSION\n   ruby ${text}p0\n` });
const goMod = (text: string): Claim['files'] => ({ 'go.mod': `module a.test\n\n${text}\n` });

const table: VersionList = {
  kind: 'versions',
  versions: ['26.5.0', '24.18.1', '22.23.1', '20.20.2', '3.13.15', '3.12.13', '1.24.2', '1.22.9', '1.22.1'],
  preferred: undefined,
  source: '/cnb/table',
};

const claims: readonly Claim[] = [
  python('0.2.0', runtime('python-3.11.3'), '? whatever'),
  python('0.2.0', pyenv('3.11'), '~ 3.11'),
  python('0.7.9', pyenv('3.11'), '~ 3.11'),
  python('0.8.0', pyenv('3.11'), '~ 3.12'),
  python('0.17.1', pyenv('3.12'), '~ 3.12'),
  python('0.18.0', pyenv('3.12'), '3.12'),
  python('0.18.0', pyenv('3.13'), '! newest'),
  python('0.18.0', pyenv('3.8.1'), '3.8.1'),
  python('0.18.0', runtime('python-3.12'), '! form'),
  python('0.18.0', { ...runtime('python-3.12.1'), ...pyenv('3.11') }, '~ 3.12.1', '3.12.1'),
  python('0.19.0', pyenv('3.13'), '3.13'),
  python('0.19.0', { 'pyproject.toml': 'project.requires-python = ">=3"' }, '~ 3.12'),
  python('0.20.0', { 'pyproject.toml': 'project.requires-python = ">=3"' }, '~ 3.13'),
  python('0.21.0', pyenv('3.8'), '3.8'),
  python('0.22.0', pyenv('3.8'), '! oldest'),
  python('0.23.0', runtime('python-3.12'), '! form'),
  python('0.24.0', runtime('python-3.12'), '3.12'),
  python('0.26.1', pyenv('3.14'), '! newest'),
  python('1.0.0', runtime('python-3.12.1'), '! fails the build'),
  python('1.0.0', { 'uv.lock': '', 'pyproject.toml': 'project.requires-python = ">=3"' }, '~ 3.13'),
  python(
    '2.0.0',
    { 'uv.lock': '', 'pyproject.toml': 'project.requires-python = ">=3"' },
    '! fails the build',
  ),
  python('2.0.0', { 'uv.lock': '', ...pyenv('3.13') }, '3.13'),
  python('2.6.0', pyenv('3.14.0'), '! newest'),
  python('2.7.0', pyenv('3.14.0'), '3.14.0'),
  python('2.7.0', pyenv('3'), '! form'),
  python('2.8.1', { 'pyproject.toml': 'project.requires-python = ">=3"' }, '~ 3.13'),
  python('3.0.0', { 'pyproject.toml': 'project.requires-python = ">=3"' }, '~ 3.14'),
  python('3.0.2', pyenv('3.9'), '3.9'),
  python('4.0.0', pyenv('3.9'), '! oldest'),
  python('6.5.6', pyenv('3.10'), '3.10'),
  python('6.5.7', pyenv('3.10'), '? ends with'),
  { id: 'heroku/nodejs', version: '5.0.0', files: { '.nvmrc': 'v20' }, says: ['~ 22'] },
  { id: 'heroku/nodejs', version: '5.0.0', files: engines('20.x'), says: ['20.20.2'] },
  { id: 'heroku/nodejs', version: '5.3.0', files: { '.nvmrc': 'v20' }, says: ['~ 24'] },
  { id: 'heroku/nodejs', version: '5.7.10', files: engines('^21'), says: ['! holds no'] },
  { id: 'heroku/nodejs-engine', version: '3.0.0', files: { '.nvmrc': '22' }, says: ['~ 20'] },
  { id: 'heroku/nodejs-engine', version: '3.0.0', files: engines('>=20 <23'), says: ['22.23.1'] },
  { id: 'heroku/nodejs-engine', version: '4.0.0', files: { '.nvmrc': '20' }, says: ['~ 22'] },
  { id: 'heroku/go', version: '0.1.7', files: goMod('go 1.22'), says: ['1.22.9'] },
  { id: 'heroku/go', version: '4.0.2', files: goMod('go 1.22.1'), says: ['1.22.1'] },
  {
    id: 'heroku/go',
    version: '4.0.2',
    files: goMod('go 1.22\n\ntoolchain go1.24.2'),
    says: ['1.22.9', '~ 1.22.9'],
  },
  {
    id: 'heroku/go',
    version: '4.0.2',
    files: goMod('// +heroku goVersion go1.24\ngo 1.22'),
    says: ['1.24.2', '~ 1.24.2'],
  },
  { id: 'heroku/ruby', version: '2.0.0', files: lock('3.3.6'), says: ['? whatever'] },
  { id: 'heroku/ruby', version: '2.0.0', files: { '.ruby-version': '3.3.6' }, says: ['~ 3.1.3'] },
  { id: 'heroku/ruby', version: '5.0.0', files: { '.ruby-version': '3.3.6' }, says: ['~ 3.2.6'] },
  { id: 'heroku/ruby', version: '7.0.0', files: { Gemfile: 'ruby "~> 3.3"' }, says: ['~ 3.3.7'] },
  { id: 'heroku/ruby', version: '9.0.0', files: { '.ruby-version': '3.3.6' }, says: ['~ 3.3.8'] },
  { id: 'heroku/ruby', version: '11.0.0', files: { '.ruby-version': '3.3.6' }, says: ['~ 3.3.9'] },
  { id: 'paketo-buildpacks/cpython', version: '1.0.0', files: pyenv('3.13'), says: ['~ -'] },
  {
    id: 'paketo-buildpacks/cpython',
    version: '1.18.40',
    files: { Pipfile: 'requires.python_version = "3.12"' },
    says: ['? hands this on'],
  },
  { id: 'paketo-buildpacks/node-engine', version: '3.0.0', files: { '.nvmrc': 'lts/*' }, says: ['20.20.2'] },
  {
    id: 'paketo-buildpacks/node-engine',
    version: '8.5.0',
    files: { '.nvmrc': 'lts/jod' },
    says: ['! no name'],
  },
  {
    id: 'paketo-buildpacks/node-engine',
    version: '8.5.0',
    files: { '.node-version': 'v22' },
    says: ['22.23.1'],
  },
  {
    id: 'paketo-buildpacks/node-engine',
    version: '8.5.0',
    files: { '.nvmrc': '24', '.node-version': '22' },
    says: ['24.18.1', '~ 24.18.1'],
  },
];

async function answers({ id, version, files }: Claim): Promise<readonly string[]> {
  const found = knowledge.get(id);
  assert.ok(found !== undefined, id);
  const known: KnownBuildpack = {
    builder: digestOf('b'),
    buildpack: { id, version },
    knowledge: found,
    table,
  };
  const repo = await readPins(memoryTree(files));
  return repo.pins.map((pin) => {
    const answer = judgePin(pin, known, repo);
    switch (answer.kind) {
      case 'supported':
        return answer.resolvesTo;
      case 'unsupported':
        return `! ${answer.why}`;
      case 'ignored':
        return `~ ${answer.instead ?? '-'}`;
      case 'unknown':
        return `? ${answer.why}`;
    }
  });
}

for (const claim of claims) {
  const written = Object.entries(claim.files).map(([name, text]) => `${name} ${JSON.stringify(text)}`);
  test(`${claim.id} ${claim.version} with ${written.join(' and ')}`, async () => {
    const said = await answers(claim);
    assert.equal(said.length, claim.says.length, said.join('; '));
    claim.says.forEach((expected, at) => {
      const [mark, word] = [expected.slice(0, 2), expected.slice(2)];
      if (mark === '! ' || mark === '? ') {
        assert.ok(said[at]?.startsWith(mark) === true && said[at].includes(word), said[at]);
      } else assert.equal(said[at], expected);
    });
  });
}

test('each entry of each data file is claimed by a case at the very version from which it holds', () => {
  for (const { id, reads, bounds, defaults } of knowledge.values()) {
    const tried = new Set(claims.filter((claim) => claim.id === id).map(({ version }) => version));
    for (const { from } of [...reads, ...bounds, ...defaults])
      assert.ok(tried.has(from), `${id} from ${from}`);
  }
});

test('each entry names a page at a fixed version and a day', () => {
  for (const { checked, reads, bounds, defaults } of knowledge.values()) {
    for (const { source, date } of [...reads, ...bounds, ...defaults]) {
      assert.match(source, /^https:\/\/github\.com\/[^/]+\/[^/]+\/blob\/v[0-9.]+\//);
      assert.ok(date <= checked);
    }
  }
});
