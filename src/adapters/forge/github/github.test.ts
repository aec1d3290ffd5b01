import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { forgeContract, forkContract, renamedContract } from '../../../../test/contracts/forge.ts';
import { startGithubFake } from '../../../../test/support/github-fake.ts';
import { refusal } from '../../../../test/support/github-reply.ts';
import { commit, github, githubClient, order, tokenOf } from '../../../../test/support/github-ground.ts';
import { object } from '../../../../test/support/json-parts.ts';
import { failureOf } from '../../../../test/support/registry-under-test.ts';
import { isFailure } from '../../../base/failure.ts';
import { forgeMarker, withMarker } from '../../../model/forge-marker.ts';
import { githubForge } from './github.ts';

function opened(fork: string | undefined, repository = 'team/project'): Parameters<typeof forgeContract>[1] {
  return async (world) => {
    const fake = await startGithubFake(world);
    fake.renamed.set('before/old', 'team/project').set('robot/old', 'robot/project');
    const client = githubClient(fake, tokenOf(fake), { fork, repository });
    return {
      forge: githubForge(client),
      account: 'lockkeeper[bot]',
      async stop() {
        await client.close();
        await fake.stop();
      },
    };
  };
}

forgeContract('github', opened(undefined));
forkContract('github', opened('robot/project'));
forkContract('github, within one organisation', opened('team/mirror'), 'team/mirror');
renamedContract('github', opened(undefined, 'before/old'));
renamedContract('github', opened('robot/old', 'before/old'), 'robot');

const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

github('an App logs in with its key, for one repository and no more rights than it has', async (ground) => {
  const { fake, clock } = ground;
  fake.publicKey = keys.publicKey;
  // As secrets of CI systems hold it.
  const privateKey = keys.privateKey.replaceAll('\n', String.raw`\n`);
  const forge = ground.open({ kind: 'app', appId: '12', privateKey, source: 'LOCKKEEPER_APP_KEY' });
  const made = await forge.createPullRequest(order);
  assert.equal(await forge.comment(made.id, forgeMarker('x'), 'one'), 'written');
  assert.equal(await forge.comment(made.id, forgeMarker('x'), 'one'), 'unchanged');
  const logins = (): readonly string[] =>
    fake.server.seen.filter(({ url }) => url.endsWith('/access_tokens')).map(({ body }) => body.toString());
  assert.deepEqual(
    logins().map((body): unknown => JSON.parse(body)),
    [
      {
        repositories: ['project'],
        permissions: { checks: 'read', contents: 'write', metadata: 'read', pull_requests: 'write' },
      },
    ],
  );
  clock.advance(56 * 60_000);
  fake.expires = '2026-11-21T02:00:00Z';
  await forge.checks(commit);
  assert.equal(logins().length, 2, 'a token that runs out is renewed');
});

for (const skew of [-3, 3])
  github(
    `an App logs in although our clock is ${skew} hours off, and renews its token by the clock of GitHub`,
    async (ground) => {
      const { fake, clock } = ground;
      fake.publicKey = keys.publicKey;
      const there = (): number => clock.now().getTime() / 1000 - skew * 3600;
      const date = (): string => new Date(there() * 1000).toUTCString();
      fake.expires = new Date((there() + 3600) * 1000).toISOString();
      // GitHub takes no JWT of the future, none that has run out, and none for more than ten minutes.
      fake.rule = ({ headers }) => {
        const [, claims = ''] = /^Bearer [^.]+\.([^.]+)\./.exec(headers.authorization ?? '') ?? [];
        if (claims === '') return undefined;
        const { iat: made, exp: ends } = object(JSON.parse(Buffer.from(claims, 'base64url').toString()));
        const [iat, exp] = [Number(made), Number(ends)];
        return iat > there() + 5 || exp < there() || exp > there() + 605
          ? refusal(401, "'Expiration time' claim ('exp') is too far in the future", { date: date() })
          : undefined;
      };
      const forge = ground.open({ kind: 'app', appId: '12', privateKey: keys.privateKey, source: 'KEY' });
      assert.equal((await forge.facts()).repository, 'team/project');
      const logins = (): number =>
        fake.server.seen.filter(({ url }) => url.endsWith('/access_tokens')).length;
      await forge.checks(commit);
      assert.equal(logins(), 1, 'a token that is good for an hour is used again');
      clock.advance(56 * 60_000);
      fake.expires = new Date((there() + 3600) * 1000).toISOString();
      await forge.checks(commit);
      assert.equal(logins(), 2, 'one that runs out is renewed');
    },
  );

github(
  'a key that the App does not have is refused once, whatever the clocks say',
  async ({ fake, open }) => {
    fake.rule = () =>
      refusal(401, 'A JSON web token could not be decoded', { date: 'Sat, 21 Nov 2026 00:00:20 GMT' });
    const login = { kind: 'app', appId: '12', privateKey: keys.privateKey, source: 'KEY' } as const;
    assert.equal((await failureOf(open(login).facts())).code, 'forge-denied');
    assert.equal(fake.server.seen.length, 1);
  },
);

github('a key that is none is not shown', ({ open }) => {
  const login = { kind: 'app', appId: '12', privateKey: 'canary-key', source: 'LOCKKEEPER_APP_KEY' } as const;
  assert.throws(
    () => open(login),
    (error) => isFailure(error, 'forge-denied') && !JSON.stringify([error, error.message]).includes('canary'),
  );
});

github('a person’s token reports a status, and knows its comments by its name', async (ground) => {
  const { world, fake } = ground;
  fake.isApp = false;
  const forge = ground.open();
  const check = { commit, name: 'lockkeeper', title: 'three of four', summary: 's' } as const;
  await forge.reportCheck({ ...check, state: 'running' });
  await forge.reportCheck({ ...check, state: 'failed' });
  assert.deepEqual(
    (world.checks.get(commit) ?? []).map(({ kind, state }) => [kind, state]),
    [['status', 'failed']],
  );
  const { id } = await forge.createPullRequest(order);
  world.addComment(Number(id), 'other[bot]', withMarker(forgeMarker('x'), 'one'));
  assert.equal(await forge.comment(id, forgeMarker('x'), 'one'), 'written');
  assert.equal(await forge.comment(id, forgeMarker('x'), 'one'), 'unchanged');
  assert.equal(world.thread(Number(id)).comments.length, 2);
});

github('what a branch asks for stands in rulesets and in its older protection', async ({ world, open }) => {
  world.required.set('main', ['unit', 'lint', 'docs']);
  assert.deepEqual(await open().requiredChecks('main'), { kind: 'named', names: ['lint', 'docs', 'unit'] });
  assert.deepEqual(await open().requiredChecks('lockkeeper/update'), { kind: 'named', names: [] });
  assert.deepEqual(await open().requiredChecks('nowhere'), { kind: 'unknown' });
});

github('a wrong token is a failure that says where it came from, and not what it is', async ({ open }) => {
  const login = { kind: 'token', token: 'canary-token', source: 'GITHUB_TOKEN' } as const;
  const failure = await failureOf(open(login).facts());
  assert.equal(failure.code, 'forge-denied');
  assert.match(failure.hint ?? '', /GITHUB_TOKEN/);
  assert.doesNotMatch(`${failure.stack}${failure.message}${failure.hint}`, /canary/);
});

github('a right that is missing is named as GitHub names it', async ({ world, open }) => {
  const forge = open();
  world.denied.add('pull-requests');
  const failure = await failureOf(forge.createPullRequest(order));
  assert.equal(failure.code, 'forge-denied');
  assert.match(failure.hint ?? '', /pull_requests=write/);
});
