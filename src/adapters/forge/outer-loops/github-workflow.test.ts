import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  outerLoopContract,
  outerTarget,
  type OuterLoopGround,
} from '../../../../test/contracts/outer-loop.ts';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { startGithubFake } from '../../../../test/support/github-fake.ts';
import type { GithubFake } from '../../../../test/support/github-reply.ts';
import { GithubClient } from '../github/client.ts';
import { MemoryForgeWorld } from '../memory-world.ts';
import { GithubWorkflows } from './github-workflow.ts';
import { StartedOuterLoops } from './outer-loops.ts';

const conclusions: Readonly<Record<string, string>> = { passed: 'success', failed: 'failure' };

async function ground(
  dispatch: GithubFake['dispatch'],
): Promise<OuterLoopGround & { readonly fake: GithubFake }> {
  const world = new MemoryForgeWorld();
  world.push(outerTarget.branch, outerTarget.commit);
  const fake = await startGithubFake(world);
  fake.dispatch = dispatch;
  const clock = new FakeClock();
  const client = new GithubClient({
    api: fake.url,
    repository: 'team/project',
    login: { kind: 'token', token: fake.token, source: 'GITHUB_TOKEN' },
    clock,
    random: () => 0.5,
    proxies: { http: '', https: '', except: '' },
  });
  return {
    fake,
    loops: new StartedOuterLoops({ github: new GithubWorkflows(client, { clock }) }),
    loop: {
      name: 'outer',
      required: true,
      by: { kind: 'github', workflow: 'outer.yml', inputs: { at: '{commit} of {branch}' } },
    },
    move: (commit) => world.push(outerTarget.branch, commit),
    count: () => fake.runs.size,
    finish: (state) => {
      for (const run of fake.runs.values()) {
        run.status = 'completed';
        run.conclusion = conclusions[state] ?? null;
      }
    },
    silence: () => void (fake.dispatch = 'silent'),
    async stop() {
      await client.close();
      await fake.stop();
    },
  };
}

outerLoopContract('a workflow whose run GitHub names', () => ground('with details'));
outerLoopContract('a workflow of an older server', () => ground('without details'));

test('inputs of a workflow hold branch and commit', async () => {
  const ready = await ground('with details');
  await ready.loops.start(ready.loop, outerTarget, []);
  await ready.stop();
  const sent = ready.fake.server.seen.find(({ url }) => url.endsWith('/dispatches'))?.body.toString() ?? '';
  assert.deepEqual(JSON.parse(sent), {
    ref: 'lockkeeper/update',
    inputs: { at: `${outerTarget.commit} of lockkeeper/update` },
    return_run_details: true,
  });
});
