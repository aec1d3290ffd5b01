import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { forgeContract, forkContract, renamedContract } from '../../../../test/contracts/forge.ts';
import { outerLoopContract, outerTarget } from '../../../../test/contracts/outer-loop.ts';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { startGitlabFake, type GitlabFake } from '../../../../test/support/gitlab-fake.ts';
import { failureOf } from '../../../../test/support/registry-under-test.ts';
import type { CheckState } from '../../../model/check.ts';
import { parseForgeId } from '../../../model/forge-id.ts';
import { MemoryForgeWorld, type WorldCheck } from '../memory-world.ts';
import { GitlabPipelines } from '../outer-loops/gitlab-pipeline.ts';
import { StartedOuterLoops } from '../outer-loops/outer-loops.ts';
import { GitlabClient, type GitlabLogin } from './client.ts';
import { gitlabForge } from './gitlab.ts';
import { defused, restored } from './quick-actions.ts';

function clientOf(
  fake: GitlabFake,
  login: Partial<GitlabLogin> = {},
  fork?: string,
  project = 'team/project',
): GitlabClient {
  return new GitlabClient({
    api: fake.url,
    project,
    fork,
    login: { kind: 'access', token: fake.token, source: 'GITLAB_TOKEN', ...login },
    clock: new FakeClock(),
    random: () => 0.5,
    proxies: { http: '', https: '', except: '' },
  });
}

function opened(fork: string | undefined, project?: string): Parameters<typeof forgeContract>[1] {
  return async (world) => {
    const fake = await startGitlabFake(world);
    fake.renamed.set('before/old', 7).set('robot/old', 8);
    const client = clientOf(fake, {}, fork, project);
    return {
      forge: gitlabForge(client),
      account: 'lockkeeper[bot]',
      async stop() {
        await client.close();
        await fake.stop();
      },
    };
  };
}

forgeContract('gitlab', opened(undefined));
forkContract('gitlab', opened('robot/project'));
renamedContract('gitlab', opened(undefined, 'before/old'));
renamedContract('gitlab', opened('robot/old', 'before/old'), 'robot');

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

test('a pipeline of GitLab: of those that run the oldest is taken that is no other loop’s', async () => {
  await withGitlab(async (fake, world) => {
    world.push(outerTarget.branch, outerTarget.commit);
    for (const id of [501, 502, 503])
      fake.pipelines.set(id, { commit: outerTarget.commit, status: 'running' });
    const client = clientOf(fake);
    const loops = new StartedOuterLoops({ gitlab: new GitlabPipelines(client) });
    const loop = {
      name: 'outer',
      required: true,
      by: { kind: 'gitlab', variables: { OUTER: 'x' } },
    } as const;
    for (const [known, id] of [
      [[], '501'],
      [['501'], '502'],
    ] as const) {
      const started = await loops.start(loop, outerTarget, known.map(parseForgeId));
      assert.ok(started.kind === 'started');
      assert.equal(started.run.id, id);
    }
    assert.equal(fake.pipelines.size, 3);
    await client.close();
  });
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

const head = 'a'.repeat(40);
const target = 'b'.repeat(40);
const merged = 'c'.repeat(40);
const number = 1;

function job(name: string, state: CheckState): Omit<WorldCheck, 'id'> {
  return { kind: 'run', name, by: '', state, title: '', summary: '', url: undefined };
}

/** What is told of `head`, the last commit of !1, as `name state`. */
async function checksOfHead(
  fake: GitlabFake,
  { fork, pullRequest = String(number) }: { readonly fork?: string; readonly pullRequest?: string } = {},
): Promise<readonly string[]> {
  const client = clientOf(fake, {}, fork);
  const id = pullRequest === '' ? undefined : parseForgeId(pullRequest);
  const checks = await gitlabForge(client).checks(head, id);
  await client.close();
  return checks.map(({ name, state }) => `${name} ${state}`);
}

const onMerge = {
  mergeRequest: number,
  kind: 'merge',
  commit: merged,
  parents: [target, head],
  status: 'success',
} as const;

test('gitlab: what runs on the merge of our head into its target counts beside what runs on the head', async () => {
  await withGitlab(async (fake, world) => {
    world.push('update', head);
    world.report(head, job('lint', 'passed'));
    fake.merges.push(onMerge);
    world.report(merged, job('unit', 'failed'));
    world.report(merged, job('docs', 'passed'));
    assert.deepEqual(await checksOfHead(fake), ['lint passed', 'unit failed', 'docs passed']);
    assert.deepEqual(await checksOfHead(fake, { pullRequest: '' }), ['lint passed']);
    assert.deepEqual(await checksOfHead(fake, { pullRequest: '2' }), ['lint passed']);
  });
});

test('gitlab: a merge of an earlier head says nothing of this one, nor does one that has it in its target alone', async () => {
  for (const parents of [[target, 'e'.repeat(40)], [head, 'e'.repeat(40)], [head], []])
    await withGitlab(async (fake, world) => {
      world.push('update', head);
      fake.merges.push({ ...onMerge, parents });
      world.report(merged, job('unit', 'passed'));
      assert.deepEqual(await checksOfHead(fake), []);
    });
});

test('gitlab: of several merges of one head the youngest counts, and none where a later head was merged since', async () => {
  await withGitlab(async (fake, world) => {
    world.push('update', head);
    fake.merges.push(onMerge, { ...onMerge, commit: 'd'.repeat(40) });
    world.report(merged, job('unit', 'failed'));
    world.report('d'.repeat(40), job('unit', 'passed'));
    assert.deepEqual(await checksOfHead(fake), ['unit passed']);
    fake.merges.push({ ...onMerge, commit: 'f'.repeat(40), parents: [target, 'e'.repeat(40)] });
    assert.deepEqual(await checksOfHead(fake), []);
  });
});

test('gitlab: a pipeline that has no jobs, or none yet, speaks for itself', async () => {
  for (const [status, state] of [
    ['created', 'running'],
    ['failed', 'failed'],
    ['canceled', 'errored'],
  ] as const)
    await withGitlab(async (fake, world) => {
      world.push('update', head);
      fake.merges.push({ ...onMerge, status });
      assert.deepEqual(await checksOfHead(fake), [`pipeline for merged results ${state}`]);
    });
});

test('gitlab: what fails on a merge train convicts nobody, since others ride on it; what was cancelled there says nothing', async () => {
  await withGitlab(async (fake, world) => {
    world.push('update', head);
    fake.merges.push(onMerge, { ...onMerge, kind: 'train', commit: 'd'.repeat(40), status: 'failed' });
    world.report(merged, job('unit', 'passed'));
    for (const state of ['running', 'passed', 'failed', 'neutral', 'errored'] as const)
      world.report('d'.repeat(40), job(`train ${state}`, state));
    assert.deepEqual(await checksOfHead(fake), [
      'unit passed',
      'train running running',
      'train passed passed',
      'train failed errored',
      'train neutral neutral',
    ]);
  });
});

test('gitlab: from a fork, a merge that ran in the fork is read there', async () => {
  await withGitlab(async (fake, world) => {
    world.push('update', head, 'robot');
    fake.merges.push({ ...onMerge, project: 8 });
    world.report(merged, { ...job('unit', 'failed'), by: 'fork' });
    assert.deepEqual(await checksOfHead(fake, { fork: 'robot/project' }), ['unit failed']);
  });
});

test('gitlab: a project that lists no pipelines has its other checks all the same; one that fails does not pass for it', async () => {
  await withGitlab(async (fake, world) => {
    world.push('update', head);
    world.report(head, job('lint', 'passed'));
    for (const status of [403, 404]) {
      fake.rule = ({ url }) => (url.includes('/pipelines') ? { status, body: { message: 'no' } } : undefined);
      assert.deepEqual(await checksOfHead(fake), ['lint passed']);
    }
    fake.rule = ({ url }) => (url.includes('/pipelines') ? { status: 500, body: {} } : undefined);
    assert.equal((await failureOf(checksOfHead(fake))).code, 'forge-unavailable');
  });
});

test('gitlab: a merge that GitLab does not know any more is as none; one that cannot be read does not pass for it', async () => {
  await withGitlab(async (fake, world) => {
    world.push('update', head);
    world.report(head, job('lint', 'passed'));
    world.report(merged, job('unit', 'failed'));
    fake.merges.push(onMerge);
    const commitEnds = (status: number) => {
      fake.rule = ({ url }) =>
        url.endsWith(`/commits/${merged}`) ? { status, body: { message: 'no' } } : undefined;
    };
    commitEnds(404);
    assert.deepEqual(await checksOfHead(fake), ['lint passed']);
    commitEnds(403);
    assert.equal((await failureOf(checksOfHead(fake))).code, 'forge-denied');
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

test('gitlab: one failure to read the fork is not the answer for good', async () => {
  await withGitlab(async (fake, world) => {
    world.push('update', head, 'robot');
    const client = clientOf(fake, {}, 'robot/project');
    const forge = gitlabForge(client);
    for (const ask of [() => forge.checks(head), () => forge.pullRequests('update')]) {
      fake.rule = ({ url }) =>
        url.endsWith('/projects/robot%2Fproject') ? { status: 403, body: { message: 'no' } } : undefined;
      assert.equal((await failureOf(ask())).code, 'forge-denied');
    }
    fake.rule = () => undefined;
    assert.deepEqual(await forge.checks(head), []);
    assert.deepEqual(await forge.pullRequests('update'), { open: undefined, ended: undefined });
    await client.close();
  });
});
