import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryForgeWorld } from '../../src/adapters/forge/memory-world.ts';
import type { CheckState } from '../../src/model/check.ts';
import { forgeMarker, withMarker } from '../../src/model/forge-marker.ts';
import { parseForgeId } from '../../src/model/forge-id.ts';
import type { PullRequest, PullRequestOrder } from '../../src/model/pull-request.ts';
import type { Forge } from '../../src/ports/forge.ts';
import { failureOf } from '../support/registry-under-test.ts';

export interface ForgeUnderTest {
  readonly forge: Forge;
  /** Who we are there. */
  readonly account: string;
  stop(): Promise<void>;
}

type Open = (world: MemoryForgeWorld) => Promise<ForgeUnderTest>;

interface Ground extends ForgeUnderTest {
  readonly world: MemoryForgeWorld;
}

const commit = (digit: string): string => digit.repeat(40);
const branch = 'lockkeeper/update';
const marker = forgeMarker('gate');
const order: PullRequestOrder = {
  head: branch,
  base: 'main',
  title: 'Update 3 images',
  body: 'three',
  draft: true,
  labels: ['images', 'ci: auto'],
};

/** What every forge does; `open` puts an adapter before a world, in which people act directly. */
export function forgeContract(kind: string, open: Open): void {
  const contract = (situation: string, work: (ground: Ground) => Promise<void>): void => {
    test(`${kind}: ${situation}`, async () => {
      const world = new MemoryForgeWorld();
      const opened = await open(world);
      try {
        world.push(branch, commit('a'));
        await work({ ...opened, world });
      } finally {
        await opened.stop();
      }
    });
  };
  pullRequests(contract);
  ends(contract);
  comments(contract);
  checks(contract);
  issues(contract);
  rights(contract);
}

/** What every forge does for those who work from a fork of theirs; `open` puts an adapter for `robot/project` before a world. */
export function forkContract(kind: string, open: Open, owner = 'robot'): void {
  test(`${kind}, from a fork: its branch is ours, one of the same name elsewhere is not, and a pull request leads from it`, async () => {
    const world = new MemoryForgeWorld();
    const opened = await open(world);
    const { forge } = opened;
    try {
      world.push('main', commit('0'), owner);
      world.push(branch, commit('b'));
      world.openPullRequest({ ...order, author: 'ada' });
      world.openPullRequest({ ...order, author: 'mallory', fork: 'mallory', commit: commit('e') });
      assert.deepEqual(await forge.pullRequests(branch), { open: undefined, ended: undefined });
      world.push(branch, commit('a'), owner);
      const made = await forge.createPullRequest({ ...order, labels: [] });
      assert.deepEqual([made.commit, made.draft, made.base], [commit('a'), true, 'main']);
      assert.equal(world.pullRequest(Number(made.id)).fork, owner);
      const twin = forge.createPullRequest({ ...order, labels: [] });
      assert.equal((await failureOf(twin)).code, 'forge-conflict');
      const changed = await forge.updatePullRequest(made.id, { body: 'more', draft: false });
      assert.deepEqual((await forge.pullRequests(branch)).open, changed);
      const check = { kind: 'run', state: 'passed', title: '', summary: '', url: undefined } as const;
      world.report(commit('a'), { ...check, name: 'ci', by: 'fork' });
      assert.deepEqual(
        (await forge.checks(commit('a'))).map(({ name, state }) => [name, state]),
        [['ci', 'passed']],
      );
      world.endPullRequest(Number(made.id), 'closed');
      assert.equal((await forge.pullRequests(branch)).ended?.id, made.id);
    } finally {
      await opened.stop();
    }
  });
}

/**
 * What every forge does where the repository has another name by now than the git remote; `open` puts an adapter before a
 * world by the name of before, of a fork of `robot` likewise.
 */
export function renamedContract(kind: string, open: Open, fork?: string): void {
  const whose = fork === undefined ? 'the repository' : 'the fork';
  test(`${kind}: a pull request is found, and made, after ${whose} was renamed`, async () => {
    const world = new MemoryForgeWorld();
    world.push('main', commit('0'), fork);
    world.push(branch, commit('a'), fork);
    const opened = await open(world);
    const { forge, account } = opened;
    try {
      assert.equal((await forge.facts()).repository, world.repository);
      const declined = world.openPullRequest({ ...order, author: account, ...(fork && { fork }) });
      world.endPullRequest(declined.number, 'closed');
      const made = await forge.createPullRequest({ ...order, labels: [] });
      assert.equal(world.pullRequest(Number(made.id)).fork, fork);
      const { open: found, ended } = await forge.pullRequests(branch);
      assert.deepEqual([found, ended?.id], [made, String(declined.number)]);
      const twin = forge.createPullRequest({ ...order, labels: [] });
      assert.equal((await failureOf(twin)).code, 'forge-conflict');
      const changed = await forge.updatePullRequest(made.id, { body: 'more', draft: false });
      assert.deepEqual((await forge.pullRequests(branch)).open, changed);
      assert.equal(await forge.comment(made.id, marker, 'one'), 'written');
      assert.equal(await forge.comment(made.id, marker, 'one'), 'unchanged');
      const issue = await forge.keepIssue({ marker, title: 'Dead pin', body: 'one' });
      assert.deepEqual(await forge.issue(marker), issue);
    } finally {
      await opened.stop();
    }
  });
}

type Contract = (situation: string, work: (ground: Ground) => Promise<void>) => void;

function pullRequests(contract: Contract): void {
  contract('a repository tells its facts', async ({ forge }) => {
    const facts = await forge.facts();
    assert.equal(facts.repository, 'team/project');
    assert.equal(facts.defaultBranch, 'main');
    assert.match(facts.url, /^http/);
    assert.ok(facts.bodyCharsMax >= 1_000);
  });

  contract('a pull request that was made is the open one of its branch', async ({ forge, world }) => {
    assert.deepEqual(await forge.pullRequests(branch), { open: undefined, ended: undefined });
    const made = await forge.createPullRequest(order);
    assert.deepEqual(made.labels, ['ci: auto', 'images']);
    assert.equal(made.draft, true);
    assert.equal(made.title, 'Update 3 images');
    assert.equal(made.commit, commit('a'));
    assert.deepEqual(await forge.pullRequests(branch), { open: made, ended: undefined });
    assert.deepEqual(await forge.pullRequests('other'), { open: undefined, ended: undefined });
    assert.equal(world.pullRequests.size, 1);
  });

  contract('a second pull request from one branch is refused', async ({ forge }) => {
    await forge.createPullRequest(order);
    assert.equal((await failureOf(forge.createPullRequest(order))).code, 'forge-conflict');
  });

  contract(
    'where there are no drafts, a pull request is open without being one',
    async ({ forge, world }) => {
      if ((await forge.facts()).forge === 'GitLab') return;
      world.draftless = true;
      const made = await forge.createPullRequest(order);
      assert.equal(made.draft, false);
      const edited = await forge.updatePullRequest(made.id, { draft: true, body: 'four' });
      assert.deepEqual([edited.draft, edited.body], [false, 'four']);
    },
  );

  contract('a pull request from a branch that is not there is refused', async ({ forge }) => {
    const nowhere = { ...order, head: 'nowhere' };
    assert.equal((await failureOf(forge.createPullRequest(nowhere))).code, 'forge-refused');
  });

  contract('a branch of the same name in a stranger’s fork is not ours', async ({ forge, world }) => {
    world.openPullRequest({ ...order, author: 'mallory', fork: 'mallory', commit: commit('e') });
    assert.deepEqual(await forge.pullRequests(branch), { open: undefined, ended: undefined });
    const made = await forge.createPullRequest(order);
    assert.deepEqual((await forge.pullRequests(branch)).open, made);
  });

  contract('what is asked to change changes, and labels of people stay', async ({ forge, world }) => {
    const { id } = await forge.createPullRequest(order);
    world.label(Number(id), { add: ['needs: love', 'blocked'] });
    const changed = await forge.updatePullRequest(id, {
      title: 'Update 2 images',
      body: 'two',
      draft: false,
      addLabels: ['ready'],
      removeLabels: ['blocked', 'never there'],
    });
    assert.deepEqual(changed.labels, ['ci: auto', 'images', 'needs: love', 'ready']);
    assert.deepEqual([changed.title, changed.body, changed.draft], ['Update 2 images', 'two', false]);
    assert.deepEqual((await forge.pullRequests(branch)).open, changed);
    const again = await forge.updatePullRequest(id, { draft: true });
    assert.deepEqual([again.title, again.draft], ['Update 2 images', true]);
    assert.equal((await forge.updatePullRequest(id, { draft: true })).draft, true);
  });

  contract('what a person edits, retargets, drafts or pushes is seen', async ({ forge, world }) => {
    const { id } = await forge.createPullRequest({ ...order, draft: false });
    world.push('release', commit('9'));
    world.editPullRequest(Number(id), { body: 'mine\r\nnow', base: 'release', draft: true });
    world.push(branch, commit('b'));
    const seen = (await forge.pullRequests(branch)).open;
    assert.deepEqual(
      [seen?.body, seen?.base, seen?.draft, seen?.commit],
      ['mine\nnow', 'release', true, commit('b')],
    );
  });

  contract('hostile text arrives as it was sent', async ({ forge }) => {
    const title = '<script>alert(1)</script> @team #1 `x` \u202e "quoted" 🦊';
    const body = '| a | b |\n\n<!-- --> @everyone\n::set-output name=x::y\n/close\n%0A \\n ${{ x }}\n';
    const label = 'a, b/c?d#e%20 🦊'.replace(',', ';');
    const made = await forge.createPullRequest({ ...order, title, body, labels: [label] });
    assert.deepEqual([made.title, made.body, made.labels], [title, body, [label]]);
    const freed = await forge.updatePullRequest(made.id, { removeLabels: [label] });
    assert.deepEqual(freed.labels, []);
    assert.equal((await forge.pullRequests(branch)).open?.body, body);
  });

  contract('a body over the limit is refused, and nothing has changed', async ({ forge, world }) => {
    const { bodyCharsMax } = await forge.facts();
    const long = { ...order, body: 'x'.repeat(bodyCharsMax + 1) };
    assert.equal((await failureOf(forge.createPullRequest(long))).code, 'forge-refused');
    assert.equal(world.pullRequests.size, 0);
    const { id } = await forge.createPullRequest({ ...order, body: 'x'.repeat(bodyCharsMax) });
    const update = forge.updatePullRequest(id, { body: long.body });
    assert.equal((await failureOf(update)).code, 'forge-refused');
    assert.equal(world.pullRequest(Number(id)).body.length, bodyCharsMax);
  });
}

function ends(contract: Contract): void {
  contract('of those that ended the youngest is told, and one that ended is not edited', async (ground) => {
    const { forge, world } = ground;
    const first = await forge.createPullRequest(order);
    world.endPullRequest(Number(first.id), 'closed');
    const second = await forge.createPullRequest({ ...order, body: 'second' });
    assert.equal((await forge.pullRequests(branch)).ended?.state, 'closed');
    world.endPullRequest(Number(second.id), 'merged');
    const { open, ended } = await forge.pullRequests(branch);
    assert.deepEqual([open, ended?.state, ended?.body], [undefined, 'merged', 'second']);
    assert.equal((await failureOf(forge.updatePullRequest(second.id, { body: 'x' }))).code, 'forge-conflict');
    assert.equal(
      (await failureOf(forge.updatePullRequest(first.id, { draft: false }))).code,
      'forge-conflict',
    );
    assert.equal(world.pullRequest(Number(second.id)).body, 'second');
  });

  contract('a branch that was deleted took its pull request along', async ({ forge, world }) => {
    const made = await forge.createPullRequest(order);
    world.deleteBranch(branch);
    const { open, ended } = await forge.pullRequests(branch);
    assert.deepEqual([open, ended?.id, ended?.state], [undefined, made.id, 'closed']);
  });

  contract('a pull request that was never there is missing', async ({ forge }) => {
    const nowhere = forge.updatePullRequest(parseForgeId('99'), { body: 'x' });
    assert.equal((await failureOf(nowhere)).code, 'forge-missing');
  });
}

async function prepared({ forge }: Ground): Promise<PullRequest> {
  return forge.createPullRequest(order);
}

function comments(contract: Contract): void {
  contract('there is one comment of ours, and it says the last word', async (ground) => {
    const { forge, world, account } = ground;
    const { id } = await prepared(ground);
    assert.equal(await forge.comment(id, marker, 'one'), 'written');
    assert.equal(await forge.comment(id, forgeMarker('other'), 'other'), 'written');
    assert.equal(await forge.comment(id, marker, 'two'), 'written');
    assert.equal(await forge.comment(id, marker, 'two'), 'unchanged');
    assert.deepEqual(
      world.thread(Number(id)).comments.map(({ author, body }) => [author, body]),
      [
        [account, withMarker(marker, 'two')],
        [account, withMarker(forgeMarker('other'), 'other')],
      ],
    );
  });

  contract('a comment of somebody else is left alone, whatever it carries', async (ground) => {
    const { forge, world, account } = ground;
    const { id } = await prepared(ground);
    for (let each = 0; each < 120; each += 1) world.addComment(Number(id), 'ada', `${each}`);
    world.addComment(Number(id), 'mallory', withMarker(marker, 'theirs'));
    await forge.comment(id, marker, 'ours');
    await forge.comment(id, marker, 'ours, later');
    assert.deepEqual(
      world
        .thread(Number(id))
        .comments.slice(120)
        .map(({ author }) => author),
      ['mallory', account],
    );
  });
}

function checks(contract: Contract): void {
  contract('checks and statuses of a commit are told, each with its last word', async ({ forge, world }) => {
    const states: readonly CheckState[] = ['running', 'passed', 'failed', 'errored'];
    for (const state of states) {
      const told = {
        name: `unit ${state}`,
        by: 'ci',
        url: 'https://ci.example.org/1',
        title: '',
        summary: '',
      };
      world.report(commit('a'), { ...told, kind: 'run', state: 'running' });
      world.report(commit('a'), { ...told, kind: 'run', state });
    }
    const status = { name: 'ci/outer', by: '', url: undefined, title: '', summary: '' };
    world.report(commit('a'), { ...status, kind: 'status', state: 'failed' });
    const seen = await forge.checks(commit('a'));
    assert.deepEqual(
      seen
        .map(({ name, state }) => [name, state])
        .toSorted(([one = ''], [other = '']) => (one < other ? -1 : 1)),
      [
        ['ci/outer', 'failed'],
        ...states.map((state) => [`unit ${state}`, state]).toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
      ],
    );
    assert.deepEqual(await forge.checks(commit('f')), []);
  });

  contract('many checks come in pages, and all are told', async ({ forge, world }) => {
    for (let each = 0; each < 230; each += 1) {
      const check = { name: `job ${each}`, by: 'ci', url: undefined, title: '', summary: '' };
      world.report(commit('a'), { ...check, kind: 'run', state: 'passed' });
    }
    assert.equal(new Set((await forge.checks(commit('a'))).map(({ name }) => name)).size, 230);
  });

  contract('a check of ours is one, and says the last word', async ({ forge, world }) => {
    const check = { commit: commit('a'), name: 'lockkeeper', title: 'judging', summary: '**3** of 4' };
    await forge.reportCheck({ ...check, state: 'running' });
    const last = { ...check, state: 'failed', url: 'https://ci.example.org/run/7' } as const;
    assert.equal(await forge.reportCheck(last), 'written');
    assert.equal(await forge.reportCheck(last), 'unchanged');
    const all = world.checks.get(commit('a')) ?? [];
    assert.deepEqual(
      all.map(({ name, state, title, url }) => [name, state, title, url]),
      [['lockkeeper', 'failed', 'judging', 'https://ci.example.org/run/7']],
    );
    assert.deepEqual(
      (await forge.checks(commit('a'))).map(({ name, state }) => [name, state]),
      [['lockkeeper', 'failed']],
    );
  });
}

function issues(contract: Contract): void {
  contract('there is one issue a marker, until it is closed', async ({ forge, world }) => {
    const first = await forge.keepIssue({ marker, title: 'Dead pin', body: 'one' });
    const again = await forge.keepIssue({ marker, title: 'Dead pins', body: 'two' });
    assert.equal(again.id, first.id);
    assert.deepEqual([again.title, again.body], ['Dead pins', 'two']);
    assert.deepEqual(await forge.issue(marker), again);
    assert.equal(await forge.issue(forgeMarker('other')), undefined);
    assert.equal(await forge.closeIssue(marker, 'It is gone.'), 'closed');
    assert.equal(await forge.closeIssue(marker, 'It is gone.'), 'none');
    assert.equal(await forge.issue(marker), undefined);
    const [issue] = [...world.issues.values()];
    assert.deepEqual([issue?.state, issue?.comments.map(({ body }) => body)], ['closed', ['It is gone.']]);
    const later = await forge.keepIssue({ marker, title: 'Dead pin', body: 'three' });
    assert.notEqual(later.id, first.id);
    assert.equal(world.issues.size, 2);
  });

  contract('an issue that a stranger opened is not ours, whatever it carries', async ({ forge, world }) => {
    world.openIssue({ author: 'mallory', title: 'x', body: withMarker(marker, 'theirs') });
    assert.equal(await forge.issue(marker), undefined);
    assert.equal(await forge.closeIssue(marker, 'no'), 'none');
    const ours = await forge.keepIssue({ marker, title: 'Dead pin', body: 'ours' });
    assert.deepEqual(await forge.issue(marker), ours);
  });
}

function rights(contract: Contract): void {
  contract('a right that the token lacks is named', async (ground) => {
    const { forge, world } = ground;
    const { id } = await prepared(ground);
    const check = { commit: commit('a'), name: 'x', state: 'passed', title: 't', summary: 's' } as const;
    for (const [right, work] of [
      ['pull-requests', () => forge.updatePullRequest(id, { body: 'x' })],
      ['issues', () => forge.keepIssue({ marker, title: 'x', body: '' })],
      ['checks', () => forge.reportCheck(check)],
    ] as const) {
      world.denied.add(right);
      if (right === 'checks') world.denied.add('statuses');
      const failure = await failureOf(work());
      assert.equal(failure.code, 'forge-denied', right);
      assert.match(failure.hint ?? '', /right|permission|role|scope/i);
    }
  });
}
