import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { outerLoopContract, outerTarget } from '../../../../test/contracts/outer-loop.ts';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { answer, startFaultServer } from '../../../../test/support/fault-server.ts';
import { given, list, object } from '../../../../test/support/json-parts.ts';
import { failureOf } from '../../../../test/support/registry-under-test.ts';
import { Failure } from '../../../base/failure.ts';
import type { CheckState } from '../../../model/check.ts';
import type { OuterLoop } from '../../../model/outer-loop.ts';
import { MemoryForgeWorld } from '../memory-world.ts';
import { MemoryForge } from '../memory.ts';
import { AzurePipelines } from './azure-pipeline.ts';
import { CommandedRuns } from './command.ts';
import { CommentedRuns } from './comment.ts';
import { StartedOuterLoops } from './outer-loops.ts';

const token = 'canary-azure';
const azureLoop: OuterLoop = {
  name: 'outer',
  required: true,
  by: {
    kind: 'azure',
    organization: 'our-team',
    project: 'public code',
    pipeline: 154,
    parameters: { at: '{commit}' },
  },
};

/** As learn.microsoft.com/rest/api/azure/devops describes runs and builds. */
async function azure(
  started: Map<number, { commit: string; result: string | null }>,
): Promise<{ readonly loops: AzurePipelines; readonly stop: () => Promise<void> }> {
  const base = '/our-team/public%20code/_apis';
  const login = `Basic ${Buffer.from(`:${token}`).toString('base64')}`;
  const server = await startFaultServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const state = (result: string | null): string => (result === null ? 'inProgress' : 'completed');
    const json = (body: object): unknown => answer(response, 200, {}, JSON.stringify(body));
    const web = { _links: { web: { href: 'https://dev.azure.com/our-team/x/_build/results?buildId=1' } } };
    if (request.headers.authorization !== login) return answer(response, 203, {}, '<html>Sign in</html>');
    assert.equal(url.searchParams.get('api-version'), '7.1');
    if (url.pathname === `${base}/build/builds`) {
      assert.equal(url.searchParams.get('branchName'), 'refs/heads/lockkeeper/update');
      const value = [...started].map(([id, { commit, result }]) => {
        return { id, status: state(result), result, sourceVersion: commit, ...web };
      });
      return json({ count: value.length, value: value.toReversed() });
    }
    if (url.pathname === `${base}/pipelines/154/runs` && request.method === 'POST') {
      const body = object(JSON.parse(request.body.toString()));
      const self = object(object(object(body['resources'])['repositories'])['self']);
      const commit = given(self, 'version')['version'] ?? '';
      assert.deepEqual(body['templateParameters'], { at: commit });
      assert.deepEqual(list(body, 'stagesToSkip'), []);
      const id = 800 + started.size;
      started.set(id, { commit, result: null });
      return json({ id, state: 'inProgress', ...web });
    }
    const id = Number(url.pathname.split('/').at(-1));
    const run = started.get(id);
    if (run === undefined) return answer(response, 404, {}, '{}');
    return json({ id, state: state(run.result), result: run.result, ...web });
  });
  const loops = new AzurePipelines({
    api: new URL(`http://${server.host}/`),
    token,
    source: 'AZURE_DEVOPS_EXT_PAT',
    clock: new FakeClock(),
    random: () => 0.5,
    proxies: { http: '', https: '', except: '' },
  });
  const stop = async (): Promise<void> => {
    await loops.close();
    await server.stop();
  };
  return { loops, stop };
}

test('Azure Pipelines: a run is started once, followed, and missing when it is gone', async () => {
  const started = new Map<number, { commit: string; result: string | null }>();
  const { loops: starter, stop } = await azure(started);
  const loops = new StartedOuterLoops({ azure: starter });
  try {
    const first = await loops.start(azureLoop, outerTarget, []);
    assert.ok(first.kind === 'started');
    assert.equal(first.run.state, 'running');
    assert.match(first.run.url ?? '', /buildId/);
    assert.deepEqual(await loops.start(azureLoop, outerTarget, []), first);
    const second = await loops.start(azureLoop, outerTarget, [first.run.id]);
    assert.ok(second.kind === 'started' && second.run.id !== first.run.id);
    for (const [result, state] of [
      ['succeeded', 'passed'],
      ['failed', 'failed'],
      ['canceled', 'errored'],
    ] as const) {
      started.set(800, { commit: outerTarget.commit, result });
      assert.equal((await loops.look(azureLoop, first.run.id, outerTarget)).state, state);
    }
    started.delete(800);
    const gone = await failureOf(loops.look(azureLoop, first.run.id, outerTarget));
    assert.equal(gone.code, 'forge-missing');
    assert.doesNotMatch(`${gone.stack}${gone.hint}`, /canary/);
  } finally {
    await stop();
  }
});

test('an outer loop of a CI that cannot be reached from here says so', async () => {
  const failure = await failureOf(new StartedOuterLoops({}).start(azureLoop, outerTarget, []));
  assert.equal(failure.code, 'forge-unknown');
});

outerLoopContract('a comment that starts something', () => {
  const world = new MemoryForgeWorld();
  world.push(outerTarget.branch, outerTarget.commit);
  world.openPullRequest({ author: 'us', head: outerTarget.branch, base: 'main', title: 'x', body: '' });
  let silent = false;
  let commit = outerTarget.commit;
  const runs: { readonly commit: string; readonly name: string }[] = [];
  const report = (name: string, at: string, state: CheckState): void => {
    const check = {
      kind: 'run',
      name,
      by: 'azure',
      state,
      url: 'https://ci.example.org/1',
      title: '',
      summary: '',
    };
    world.report(at, { ...check, kind: 'run' });
  };
  class Bot extends MemoryForge {
    override async say(...said: Parameters<MemoryForge['say']>): Promise<void> {
      await super.say(...said);
      if (silent) return;
      const name = `outer (${runs.length + 1})`;
      runs.push({ commit, name });
      report(name, commit, 'running');
    }
  }
  return Promise.resolve({
    loops: new StartedOuterLoops({ comment: new CommentedRuns(new Bot(world), { clock: new FakeClock() }) }),
    loop: { name: 'outer', required: true, by: { kind: 'comment', text: '/azp run outer', check: 'outer' } },
    move: (next) => {
      commit = next;
      world.push(outerTarget.branch, next);
    },
    count: () => world.thread(1).comments.length,
    finish: (state) => runs.forEach((run) => report(run.name, run.commit, state)),
    silence: () => {
      silent = true;
    },
    stop: () => Promise.resolve(),
  });
});

test('a program starts a run and tells how it stands; it gets the variables that are named, and no others', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'lockkeeper-outer-'));
  const script = `
    const { LOCKKEEPER_COMMIT: commit, LOCKKEEPER_RUN: run, JENKINS_TOKEN: token, GITHUB_TOKEN: other } = process.env;
    if (other !== undefined) throw new Error('a token that nobody named');
    const say = process.argv[2] === 'start'
      ? { id: commit.slice(0, 4) + token, url: 'https://ci.example.org/1' }
      : { state: run === 'aaaa7' ? 'failed' : 'gone' };
    console.log(JSON.stringify(say));`;
  try {
    await writeFile(join(directory, 'outer.cjs'), script);
    const environment = { ...process.env, JENKINS_TOKEN: '7', GITHUB_TOKEN: 'canary' };
    const loops = new StartedOuterLoops({ command: new CommandedRuns({ directory, environment }) });
    const program = [process.execPath, 'outer.cjs'] as const;
    const loop: OuterLoop = {
      name: 'outer',
      required: true,
      by: {
        kind: 'command',
        start: [...program, 'start'],
        state: [...program, 'state'],
        environment: ['JENKINS_TOKEN'],
      },
    };
    const outcome = await loops.start(loop, outerTarget, []);
    assert.ok(outcome.kind === 'started');
    assert.equal(outcome.run.id, 'aaaa7');
    assert.equal((await loops.look(loop, outcome.run.id, outerTarget)).state, 'failed');
    assert.equal((await loops.start(loop, outerTarget, [outcome.run.id])).kind, 'unconfirmed');
    const broken: OuterLoop = {
      ...loop,
      by: {
        ...loop.by,
        kind: 'command',
        start: [process.execPath, '-v'],
        state: [...program],
        environment: [],
      },
    };
    assert.equal((await failureOf(loops.start(broken, outerTarget, []))).code, 'program-output');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('without the right to note that it asked, a comment is not made again and again', async () => {
  const world = new MemoryForgeWorld();
  world.push(outerTarget.branch, outerTarget.commit);
  world.openPullRequest({ author: 'us', head: outerTarget.branch, base: 'main', title: 'x', body: '' });
  world.denied.add('checks');
  const comments = new CommentedRuns(new MemoryForge(world), { clock: new FakeClock() });
  const by = { kind: 'comment', text: '/azp run outer', check: 'outer' } as const;
  const order = { loop: { name: 'outer', required: true, by }, by, target: outerTarget };
  assert.equal((await failureOf(comments.start(order, []))).code, 'forge-denied');
  assert.equal(world.thread(1).comments.length, 0);
});

test('a comment that was noted, and then not made, is made by the next run; one that was made is not made again', async () => {
  const world = new MemoryForgeWorld();
  world.push(outerTarget.branch, outerTarget.commit);
  world.openPullRequest({ author: 'us', head: outerTarget.branch, base: 'main', title: 'x', body: '' });
  const by = { kind: 'comment', text: '/azp run outer', check: 'outer' } as const;
  const order = { loop: { name: 'outer', required: true, by }, by, target: outerTarget };
  class Killed extends MemoryForge {
    override say(): Promise<void> {
      return Promise.reject(new Failure('interrupted', 'killed between the note and the comment'));
    }
  }
  const killed = new CommentedRuns(new Killed(world), { clock: new FakeClock() });
  assert.equal((await failureOf(killed.start(order, []))).code, 'interrupted');
  assert.equal(world.checks.get(outerTarget.commit)?.length, 1);
  for (let night = 1; night <= 2; night += 1) {
    const comments = new CommentedRuns(new MemoryForge(world), { clock: new FakeClock() });
    assert.equal((await comments.start(order, [])).kind, 'unconfirmed');
    assert.deepEqual(
      world.thread(1).comments.map(({ body }) => body),
      ['/azp run outer'],
    );
  }
});
