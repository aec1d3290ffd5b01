import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choosePlatform } from '../../flows/parity-check.ts';
import { readConfig } from '../../model/config.ts';
import type { CommandInput } from '../command.ts';
import { watchedRepos, watchName } from './watched-repos.ts';

const input = (values: Readonly<Record<string, string>>, folders: readonly string[] = []): CommandInput => ({
  arguments: folders,
  value: (long) => values[long],
  values: () => [],
  flag: () => false,
});

const wired = (text: string) => ({
  configFiles: { read: () => Promise.resolve(text) },
});

const place = { cwd: '/here', env: {}, signal: new AbortController().signal };

test('folders that are named are watched under the names as they are written, or the one that the person is in', async () => {
  const named = await watchedRepos(wired(''), input({}, ['a/b', '../c']), place);
  assert.deepEqual(named, [
    { name: 'a/b', place: { kind: 'folder', path: '/here/a/b' } },
    { name: '../c', place: { kind: 'folder', path: '/c' } },
  ]);
  assert.deepEqual(await watchedRepos(wired(''), input({}), place), [
    { name: '.', place: { kind: 'folder', path: '/here' } },
  ]);
});

test('a list is read with its paths beside it, and goes with no folder that is named', async () => {
  const list = wired('version: 1\nrepos: [{ path: web }, { git: https://git.test/api.git }]\n');
  const values = { '--fleet': 'lists/fleet.yaml' };
  const repos = await watchedRepos(list, input(values), place);
  assert.deepEqual(
    repos.map((repo) => [repo.name, repo.place.kind === 'folder' ? repo.place.path : repo.place.url]),
    [
      ['web', '/here/lists/web'],
      ['api', 'https://git.test/api.git'],
    ],
  );
  await assert.rejects(watchedRepos(list, input(values, ['.']), place), { code: 'usage' });
});

test('what is asked, and the list, tell one watch from another; one more folder does not', () => {
  const { platforms } = readConfig(
    `version: 1
platforms:
  a: { channels: { c: { builder: r.test/b:1 } } }
  b: { channels: { c: { builder: r.test/b:1 } } }
  c: { from: shared.yaml }
  d: { from: other.yaml }
`,
    'lockkeeper.yaml',
    '/repo',
  );
  const of = (name: string, values: Readonly<Record<string, string>> = {}): string =>
    watchName(choosePlatform(platforms, name), input(values));
  const names = [
    of('a'),
    of('b'),
    of('c'),
    of('d'),
    of('a', { '--fleet': 'x.yaml' }),
    of('a', { '--fleet': 'y.yaml' }),
    watchName(undefined, input({ '--builder': 'r.test/b:1' })),
    watchName(undefined, input({ '--builder': 'a' })),
  ];
  assert.equal(new Set(names).size, names.length, names.join(' '));
  assert.equal(of('a', { '--profile': 'a' }), of('a'));
  assert.equal(watchName(choosePlatform(platforms, 'a'), input({}, ['x'])), of('a'));
});
