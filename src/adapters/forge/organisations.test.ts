import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { startGithubFake } from '../../../test/support/github-fake.ts';
import { startGitlabFake } from '../../../test/support/gitlab-fake.ts';
import { isFailure } from '../../base/failure.ts';
import { GithubClient } from './github/client.ts';
import type { GithubLogin } from './github/login.ts';
import { githubOrganisation } from './github/organisation.ts';
import { GitlabClient } from './gitlab/client.ts';
import { gitlabGroup } from './gitlab/group.ts';
import { MemoryForgeWorld } from './memory-world.ts';

const surroundings = {
  clock: new FakeClock(),
  random: () => 0.5,
  proxies: { http: '', https: '', except: '' },
};

/** 250 repositories, every fiftieth archived, and two of others, one of which they share. */
function manyOf(group: string): MemoryForgeWorld {
  const world = new MemoryForgeWorld();
  for (let at = 0; at < 250; at += 1)
    world.repositories.push({ name: `${group}/r${at}`, archived: at % 50 === 0 });
  world.repositories.push({ name: 'others/r1', archived: false });
  world.repositories.push({ name: 'others/shared', archived: false, sharedWith: group });
  return world;
}

async function askGithub(login: (token: string) => GithubLogin, publicKey?: string): Promise<number> {
  const world = manyOf('our');
  world.repositories.push({ name: 'our/off', archived: false, disabled: true });
  const fake = await startGithubFake(world);
  fake.publicKey = publicKey;
  const client = new GithubClient({
    ...surroundings,
    api: fake.url,
    repository: 'our',
    login: login(fake.token),
  });
  try {
    const names = await githubOrganisation(client, 'our');
    assert.ok(names.every((name) => name.startsWith('our/')));
    assert.ok(!names.includes('our/r50') && !names.includes('our/off') && names.includes('our/r249'));
    return names.length;
  } finally {
    await client.close();
    await fake.stop();
  }
}

test('github: all pages of an organisation, without what is archived or switched off', async () => {
  assert.equal(await askGithub((token) => ({ kind: 'token', token, source: 'GITHUB_TOKEN' })), 245);
});

test('github: an App asks as the installation of the organisation', async () => {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const app = {
    kind: 'app',
    appId: '12',
    privateKey: keys.privateKey,
    source: 'LOCKKEEPER_APP_KEY',
  } as const;
  assert.equal(await askGithub(() => app, keys.publicKey), 245);
});

test('gitlab: all pages of a group and of those below it, without what is archived or of others', async () => {
  const fake = await startGitlabFake(manyOf('our/group'));
  const login = { kind: 'access', token: fake.token, source: 'GITLAB_TOKEN' } as const;
  const client = new GitlabClient({ ...surroundings, api: fake.url, project: 'our/group', login });
  try {
    const names = await gitlabGroup(client, 'our/group');
    assert.equal(names.length, 245);
    assert.ok(!names.includes('our/group/r50') && names.every((name) => name.startsWith('our/')));
  } finally {
    await client.close();
    await fake.stop();
  }
});

test('a name that would lead elsewhere is no answer of a forge', async () => {
  for (const name of ['our/../x', 'our/..', 'our/a b', 'our', '-c/x@y', 'our/a?b']) {
    const world = new MemoryForgeWorld();
    const fake = await startGitlabFake(world);
    fake.rule = () => ({ status: 200, body: [{ path_with_namespace: name, archived: false }] });
    const login = { kind: 'access', token: fake.token, source: 'GITLAB_TOKEN' } as const;
    const client = new GitlabClient({ ...surroundings, api: fake.url, project: 'our', login });
    try {
      await assert.rejects(
        gitlabGroup(client, 'our'),
        (error) => isFailure(error, 'forge-answer-invalid'),
        name,
      );
    } finally {
      await client.close();
      await fake.stop();
    }
  }
});

/** How many projects of so many are told, by a server whose headers a proxy takes off or makes. */
async function listed(count: number, headers: Readonly<Record<string, string>>): Promise<number> {
  const fake = await startGitlabFake(new MemoryForgeWorld());
  fake.rule = ({ url }) => {
    const [from, to] = url.includes('&page=2') ? [100, count] : [0, Math.min(count, 100)];
    const body = Array.from({ length: to - from }, (_, at) => ({ path_with_namespace: `our/r${from + at}` }));
    return { status: 200, body, headers: from === 0 ? headers : {} };
  };
  const login = { kind: 'access', token: fake.token, source: 'GITLAB_TOKEN' } as const;
  const client = new GitlabClient({ ...surroundings, api: fake.url, project: 'our', login });
  try {
    return (await gitlabGroup(client, 'our')).length;
  } finally {
    await client.close();
    await fake.stop();
  }
}

test('gitlab: a full page that does not tell whether more follow is no list', async () => {
  await assert.rejects(listed(150, {}), (error) => isFailure(error, 'forge-answer-invalid'));
  assert.equal(await listed(99, {}), 99);
  assert.equal(await listed(150, { link: '<https://gitlab.example.org/x>; rel="next"' }), 150);
  assert.equal(await listed(100, { link: '<https://gitlab.example.org/x>; rel="first"' }), 100);
  assert.equal(await listed(150, { 'x-next-page': '2' }), 150);
});
