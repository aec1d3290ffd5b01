import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { forgeContract, forkContract } from '../../../../test/contracts/forge.ts';
import { outerLoopContract, outerTarget } from '../../../../test/contracts/outer-loop.ts';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { startGitlabFake, type GitlabFake } from '../../../../test/support/gitlab-fake.ts';
import { failureOf } from '../../../../test/support/registry-under-test.ts';
import { MemoryForgeWorld } from '../memory-world.ts';
import { GitlabPipelines } from '../outer-loops/gitlab-pipeline.ts';
import { StartedOuterLoops } from '../outer-loops/outer-loops.ts';
import { GitlabClient, type GitlabLogin } from './client.ts';
import { gitlabForge } from './gitlab.ts';
import { defused, restored } from './quick-actions.ts';

function clientOf(fake: GitlabFake, login: Partial<GitlabLogin> = {}, fork?: string): GitlabClient {
  return new GitlabClient({
    api: fake.url,
    project: 'team/project',
    fork,
    login: { kind: 'access', token: fake.token, source: 'GITLAB_TOKEN', ...login },
    clock: new FakeClock(),
    random: () => 0.5,
    proxies: { http: '', https: '', except: '' },
  });
}

for (const [contract, fork] of [
  [forgeContract, undefined],
  [forkContract, 'robot/project'],
] as const)
  contract('gitlab', async (world) => {
    const fake = await startGitlabFake(world);
    const client = clientOf(fake, {}, fork);
    return {
      forge: gitlabForge(client),
      account: 'lockkeeper[bot]',
      async stop() {
        await client.close();
        await fake.stop();
      },
    };
  });

outerLoopContract('a pipeline of GitLab', async () => {
  const world = new MemoryForgeWorld();
  world.push(outerTarget.branch, outerTarget.commit);
  const fake = await startGitlabFake(world);
  const client = clientOf(fake);
  return {
    loops: new StartedOuterLoops({ gitlab: new GitlabPipelines(client) }),
    loop: { name: 'outer', required: true, by: { kind: 'gitlab', variables: { OUTER: '{commit}' } } },
    move: (commit) => world.push(outerTarget.branch, commit),
    count: () => fake.pipelines.size,
    finish: (state) => {
      for (const each of fake.pipelines.values()) each.status = state === 'passed' ? 'success' : 'failed';
    },
    silence: () => {
      fake.misses = true;
    },
    async stop() {
      await client.close();
      await fake.stop();
    },
  };
});

async function withGitlab(work: (fake: GitlabFake, world: MemoryForgeWorld) => Promise<void>): Promise<void> {
  const world = new MemoryForgeWorld();
  const fake = await startGitlabFake(world);
  try {
    await work(fake, world);
  } finally {
    await fake.stop();
  }
}

test('gitlab: a project that asks for a whole pipeline names no checks', async () => {
  await withGitlab(async (fake) => {
    const client = clientOf(fake);
    fake.wholePipeline = true;
    assert.deepEqual(await gitlabForge(client).requiredChecks('main'), { kind: 'every' });
    await client.close();
  });
});

test('gitlab: the token of a job may not open anything, and the failure says which one may', async () => {
  await withGitlab(async (fake) => {
    const client = clientOf(fake, { kind: 'job', token: 'canary-job', source: 'CI_JOB_TOKEN' });
    const failure = await failureOf(gitlabForge(client).facts());
    assert.equal(failure.code, 'forge-denied');
    assert.match(failure.hint ?? '', /GITLAB_TOKEN/);
    assert.doesNotMatch(`${failure.stack}${failure.hint}`, /canary/);
    await client.close();
  });
});

test('gitlab: no line that is sent begins as a quick action, and what is read is what was meant', () => {
  assert.equal(defused('/close\n  /merge\nno /close'), '\\/close\n  \\/merge\nno /close');
  const line = fc.stringMatching(/^[ \t]{0,2}[\\/]{0,3}[a-c]{0,3}$/);
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const body = lines.join('\n');
      assert.doesNotMatch(defused(body), /^[ \t]*\//m);
      assert.equal(restored(defused(body)), body);
    }),
  );
});
