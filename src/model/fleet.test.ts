import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../base/failure.ts';
import { readFleet, type FleetEntry, type FleetRepo } from './fleet.ts';

const entries = (repos: string): readonly FleetEntry[] =>
  readFleet(`version: 1\nrepos:\n${repos}`, 'fleet.yaml', '/srv');

const read = (repos: string): readonly FleetRepo[] =>
  entries(repos).flatMap((entry) => (entry.kind === 'repo' ? [entry.repo] : []));

function fault(text: string): string {
  try {
    readFleet(text, 'fleet.yaml', '/srv');
    return 'taken';
  } catch (error) {
    assert.ok(isFailure(error));
    return `${error.code} ${error.where?.line ?? 0}: ${error.message}`;
  }
}

test('folders, git URLs and their branches, each called by its last part or by its name', () => {
  assert.deepEqual(
    read(`  - path: ../web
  - git: https://git.example.org/team/api.git
  - { git: 'git@git.example.org:team/api.git', branch: next, name: api-next }
`),
    [
      { name: 'web', place: { kind: 'folder', path: '/web' } },
      {
        name: 'api',
        place: {
          kind: 'git',
          url: 'https://git.example.org/team/api.git',
          branch: undefined,
          network: 'none',
        },
      },
      {
        name: 'api-next',
        place: { kind: 'git', url: 'git@git.example.org:team/api.git', branch: 'next', network: 'none' },
      },
    ],
  );
});

test('organisations and groups, of the public server or another one, with globs over names', () => {
  const list =
    '  - { github: our-team, only: ["svc-*"], network: default }\n  - { gitlab: team/services, host: GitLab.Example.org:8443 }\n';
  assert.deepEqual(
    entries(list).map((entry) => entry.kind === 'organisation' && entry.organisation),
    [
      { forge: 'github', host: 'github.com', path: 'our-team', only: ['svc-*'], network: 'default' },
      { forge: 'gitlab', host: 'gitlab.example.org:8443', path: 'team/services', only: [], network: 'none' },
    ],
  );
});

test('what is wrong is told with its line', () => {
  const of = (repos: string): string => fault(`version: 1\nrepos:\n${repos}`);
  assert.match(of('  - { path: a }\n  - { pth: b }\n'), /^config-invalid 4: .*pth.*did you mean path/i);
  assert.match(of('  - {}\n'), /has none of path, git, github, gitlab/);
  assert.match(of('  - { path: a, git: "https://x.example/a" }\n'), /both path and git/);
  assert.match(of('  - { path: a, branch: main }\n'), /branch without git/);
  assert.match(of('  - { path: a, host: x }\n'), /host or only without/);
  assert.match(of('  - { path: a, network: default }\n'), /both path and network/);
  assert.match(of('  - { github: a, network: host }\n'), /none or default/);
  assert.match(of('  - { github: a, gitlab: b }\n'), /both github and gitlab/);
  assert.match(of('  - { github: a, name: b }\n'), /one name for many/);
  assert.match(of('  - { github: a/b }\n'), /the name of an organisation/);
  assert.match(of('  - { gitlab: "a/../b" }\n'), /the path of a group/);
  assert.match(of('  - { gitlab: a, host: "x/y" }\n'), /the name of a server/);
  assert.match(fault('version: 1\nrepos: []\n'), /^config-invalid 2: .*at least one/);
  assert.match(fault('repos: [\n'), /^config-syntax/);
  assert.match(fault(''), /it is empty/);
});

test('a URL that runs a program, or holds a login, is refused', () => {
  for (const url of [
    'ext::sh -c id',
    '--upload-pack=id',
    'https://user:secret@git.example.org/a',
    'a b',
    '/etc',
  ])
    assert.match(
      fault(`version: 1\nrepos: [{ git: ${JSON.stringify(url)} }]\n`),
      /^config-invalid 2: .*URL/,
      url,
    );
});
