import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import type { FleetRepo } from '../model/fleet.ts';
import { fleetRepos } from './fleet-list.ts';

const team = ['our/svc-b', 'our/svc-a', 'our/web', 'our/.github'];

function list(repos: string, all: readonly string[] = team): Promise<readonly FleetRepo[]> {
  return fleetRepos(
    { file: '/srv/fleet.yaml', shown: 'fleet.yaml' },
    {
      configFiles: { read: () => Promise.resolve(`version: 1\nrepos:\n${repos}`) },
      organisations: { repositories: () => Promise.resolve(all) },
    },
  );
}

const names = (repos: readonly FleetRepo[]): readonly string[] => repos.map(({ name }) => name);

test('an organisation stands for its repositories by their names, filtered, among the others of the list', async () => {
  const repos = await list('  - path: mine\n  - { github: our, only: ["svc-*"] }\n  - path: last\n');
  assert.deepEqual(names(repos), ['mine', 'our/svc-a', 'our/svc-b', 'last']);
  assert.deepEqual(repos[1]?.place, {
    kind: 'git',
    url: 'https://github.com/our/svc-a.git',
    branch: undefined,
    network: 'none',
  });
  const trusted = await list('  - { github: our, only: ["web"], network: default }\n');
  assert.deepEqual(trusted[0]?.place.kind === 'git' && trusted[0].place.network, 'default');
  assert.deepEqual(names(await list('  - { github: our }\n')), [
    'our/.github',
    'our/svc-a',
    'our/svc-b',
    'our/web',
  ]);
});

test('globs are over what stands behind the group, groups below it included', async () => {
  const all = ['a/b/x', 'a/b/deep/x', 'a/b/deep/y'];
  const of = async (glob: string): Promise<readonly string[]> =>
    names(await list(`  - { gitlab: a/b, host: git.example.org, only: [${JSON.stringify(glob)}] }\n`, all));
  assert.deepEqual(await of('x'), ['a/b/x']);
  assert.deepEqual(await of('**/x'), ['a/b/deep/x', 'a/b/x']);
  assert.deepEqual(await of('deep/*'), ['a/b/deep/x', 'a/b/deep/y']);
});

test('what two entries stand for is looked at once; two that only are called the same are refused', async () => {
  const twice = '  - { github: our, only: ["svc-*"] }\n  - { github: our, only: ["*-a"] }\n';
  assert.deepEqual(names(await list(twice)), ['our/svc-a', 'our/svc-b']);
  await assert.rejects(
    list('  - { path: x/a }\n  - { path: y/a }\n'),
    (error) =>
      isFailure(error, 'config-invalid') && error.message.includes('two repositories are called "a"'),
  );
});

test('of two entries that stand for one repository the first says what its suites may reach', async () => {
  const networks = async (repos: string): Promise<readonly string[]> =>
    (await list(repos)).map(({ name, place }) => `${name} ${place.kind === 'git' ? place.network : ''}`);
  const [some, all] = ['  - { github: our, only: ["svc-*"], network: default }\n', '  - { github: our }\n'];
  assert.deepEqual(await networks(some + all), [
    'our/svc-a default',
    'our/svc-b default',
    'our/.github none',
    'our/web none',
  ]);
  assert.deepEqual(await networks(all + some), [
    'our/.github none',
    'our/svc-a none',
    'our/svc-b none',
    'our/web none',
  ]);
});

test('an entry that stands for no repository is refused by its name', async () => {
  const empty = '  - path: mine\n  - { github: our, only: ["svx-*", web2] }\n';
  await assert.rejects(
    list(empty),
    (error) =>
      isFailure(error, 'config-invalid') &&
      error.message === 'github: our with only: svx-*, web2 stands for none of its 4 repositories',
  );
  await assert.rejects(
    list('  - { gitlab: our/apps, host: git.example.org }\n', []),
    (error) =>
      isFailure(error, 'config-invalid') &&
      error.message === 'gitlab: our/apps stands for none of its 0 repositories',
  );
});

test('more than are ever looked at together are refused', async () => {
  const all = Array.from({ length: limits.fleetReposMax + 1 }, (_, at) => `our/r${at}`);
  await assert.rejects(list('  - { github: our }\n', all), (error) => isFailure(error, 'config-invalid'));
  assert.equal((await list('  - { github: our }\n', all.slice(1))).length, limits.fleetReposMax);
});
