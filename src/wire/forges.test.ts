import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../base/failure.ts';
import type { ShellEnvironment } from './environment.ts';
import { forgeOf } from './forge-place.ts';
import { openForge } from './forges.ts';

const signal = new AbortController().signal;
const actions = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://git.example.org',
  GITHUB_API_URL: 'https://git.example.org/api/v3',
  GITHUB_TOKEN: 'canary',
};
const gitlab = {
  GITLAB_CI: 'true',
  CI_SERVER_URL: 'https://lab.example.org:8443',
  CI_API_V4_URL: 'https://lab.example.org:8443/api/v4',
  CI_JOB_TOKEN: 'canary',
};

function told(
  remote: string,
  environment: ShellEnvironment = {},
  wanted?: 'github' | 'gitlab' | 'none',
): string {
  const place = forgeOf(wanted, remote, environment);
  return place.kind === 'plain' ? 'plain' : `${place.kind} ${place.api.href} ${place.path}`;
}

test('a remote tells where its forge is', () => {
  const github = 'github https://api.github.com/ team/project';
  for (const remote of [
    'https://github.com/team/project.git',
    'https://x-access-token:canary@github.com/team/project',
    'git@github.com:team/project.git',
    'ssh://git@github.com:22/team/project.git/',
    'https://GitHub.com/team/project',
  ])
    assert.equal(told(remote), github, remote);
  assert.equal(told('https://gitlab.com/a/b/c.git'), 'gitlab https://gitlab.com/api/v4 a/b/c');
  assert.equal(told('https://team.ghe.com/a/b'), 'github https://api.team.ghe.com/ a/b');
  assert.equal(told('https://git.example.org/a/b'), 'plain');
  assert.equal(
    told('https://git.example.org/a/b', {}, 'github'),
    'github https://git.example.org/api/v3 a/b',
  );
  assert.equal(told('https://github.com/a/b', {}, 'none'), 'plain');
  for (const remote of ['/srv/git/a.git', '../a', 'file:///srv/a/b', 'https://github.com/a', '-x:y/z y'])
    assert.equal(told(remote), 'plain', remote);
});

test('a job tells of its own server, and of no other', () => {
  const there = 'https://git.example.org/a/b.git';
  assert.equal(told(there, actions), 'github https://git.example.org/api/v3 a/b');
  assert.equal(told('https://other.example.org/a/b.git', actions), 'plain');
  assert.equal(told('https://github.com/a/b.git', actions), 'github https://api.github.com/ a/b');
  assert.equal(
    told('https://lab.example.org:8443/a/b', gitlab),
    'gitlab https://lab.example.org:8443/api/v4 a/b',
  );
});

test('git pushes with the login of an App and with a token of GitLab; else with its own', async () => {
  const access = async (remote: string, environment: ShellEnvironment): Promise<string | undefined> => {
    const opened = openForge({ forge: undefined, remote, directory: '/repo' }, environment, signal);
    try {
      return opened.kind === 'forge' ? (await opened.access?.())?.authorization : 'plain';
    } finally {
      await opened.close();
    }
  };
  const there = 'https://lab.example.org:8443/a/b';
  const login = `Basic ${Buffer.from('oauth2:x').toString('base64')}`;
  assert.equal(await access(there, { ...gitlab, GITLAB_TOKEN: 'x' }), login);
  assert.equal(await access(there, gitlab), undefined, 'that of a job may not push');
  assert.equal(await access('https://github.com/a/b', { GITHUB_TOKEN: 'x' }), undefined);
});

test('a fork lies on the server of its repository, and is another one', () => {
  const open = (fork: string): string => {
    const remote = 'https://github.com/team/project.git';
    try {
      const environment = { GITHUB_TOKEN: 'x' };
      const opened = openForge({ forge: undefined, remote, fork, directory: '/repo' }, environment, signal);
      void opened.close();
      return opened.kind;
    } catch (error) {
      if (!isFailure(error, 'usage')) throw error;
      return 'no fork';
    }
  };
  assert.equal(open('git@github.com:robot/project.git'), 'forge');
  for (const url of ['https://github.com/team/project', 'https://gitlab.com/robot/project', '/srv/git/a.git'])
    assert.equal(open(url), 'no fork', url);
});

test('a token goes to no server but the one that it is for', () => {
  const open = (remote: string, environment: ShellEnvironment, forge?: 'github' | 'gitlab'): string => {
    try {
      const opened = openForge({ forge, remote, directory: '/repo' }, environment, signal);
      void opened.close();
      return opened.kind;
    } catch (error) {
      if (!isFailure(error, 'forge-unknown')) throw error;
      return 'no token';
    }
  };
  const evil = 'https://evil.example.org/a/b';
  const all = {
    ...actions,
    ...gitlab,
    GH_TOKEN: 'c',
    GITLAB_TOKEN: 'c',
    GH_ENTERPRISE_TOKEN: 'c',
    GITHUB_ENTERPRISE_TOKEN: 'c',
    LOCKKEEPER_APP_ID: '1',
    LOCKKEEPER_APP_KEY: 'c',
  };
  assert.equal(open(evil, all, 'github'), 'no token');
  assert.equal(open(evil, all, 'gitlab'), 'no token');
  const outside = { GH_TOKEN: 'c', GH_ENTERPRISE_TOKEN: 'c', GITLAB_TOKEN: 'c' };
  for (const remote of [evil, 'https://gitlab.com/a/b', 'https://github.com.evil.example.org/a/b'])
    for (const GH_HOST of [undefined, '', 'git.example.org', 'example.org', 'team.ghe.com'])
      assert.equal(open(remote, { ...outside, GH_HOST }, 'github'), 'no token', `${remote} ${GH_HOST}`);
  for (const GH_HOST of ['git.example.org', 'https://Git.example.org/'])
    assert.equal(
      open('https://git.example.org/a/b', { GH_ENTERPRISE_TOKEN: 'c', GH_HOST }, 'github'),
      'forge',
    );
  const other = { GH_TOKEN: 'c', GH_HOST: 'git.example.org' };
  assert.equal(open('https://git.example.org/a/b', other, 'github'), 'no token');
  assert.equal(
    open('https://github.com/a/b', other),
    'forge',
    'the usual variables stay the public server’s',
  );
  const tenant = { GH_TOKEN: 'c', GH_HOST: 'team.ghe.com' };
  assert.equal(open('https://team.ghe.com/a/b', tenant), 'forge');
  assert.equal(open('https://other.ghe.com/a/b', tenant), 'no token');
  assert.equal(open('https://team.ghe.com/a/b', outside), 'no token');
  assert.equal(open('https://github.com/a/b', tenant), 'no token', 'one server a token');
  assert.equal(open('https://git.example.org/a/b', actions), 'forge');
  assert.equal(open('https://github.com/a/b', { GITHUB_TOKEN: 'x' }), 'forge');
  assert.equal(open('https://github.com/a/b', actions), 'no token');
  assert.equal(open('https://github.com/a/b', { GITHUB_TOKEN: 'x\ny' }), 'no token');
  assert.equal(open('https://lab.example.org:8443/a/b', gitlab), 'forge');
  assert.equal(open('https://lab.example.org/a/b', { GITLAB_TOKEN: 'x' }, 'gitlab'), 'no token');
  const named = { GITLAB_TOKEN: 'x', GITLAB_HOST: 'lab.example.org' };
  assert.equal(open('https://lab.example.org/a/b', named, 'gitlab'), 'forge');
  assert.equal(open(evil, all), 'plain');
});

test('what may be a stranger’s lockkeeper.yaml starts no program and no pipeline of Azure with our login', async () => {
  const environment = { AZURE_DEVOPS_EXT_PAT: 'canary' };
  const remote = 'https://git.example.org/a/b';
  const opened = openForge({ forge: undefined, remote, directory: undefined }, environment, signal);
  const target = { branch: 'b', commit: '1'.repeat(40), pullRequest: undefined };
  for (const by of [
    { kind: 'azure', organization: 'team', project: 'public', pipeline: 154, parameters: {} },
    { kind: 'command', start: ['true'], state: ['true'], environment: [] },
  ] as const)
    await assert.rejects(
      opened.outerLoops.start({ name: 'outer', required: true, by }, target, []),
      (error) => isFailure(error, 'forge-unknown'),
    );
  await opened.close();
});
