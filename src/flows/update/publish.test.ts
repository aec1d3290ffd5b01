import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { delegate } from '../../ports/delegate.ts';
import { ada } from '../../../test/support/git-ground.ts';
import { makeForgeGround } from '../../../test/support/forge-ground.ts';
import { main, pinned, updateBranch } from '../../../test/support/update-ground.ts';
import { registry } from '../../../test/support/world.ts';
import { Failure } from '../../base/failure.ts';
import { parseBranchName } from '../../model/branch-name.ts';
import { readMarker } from '../../model/update-marker.ts';
import type { PublishTools } from './step.ts';
import { updateLocally } from './update-local.ts';

const writes = ['createPullRequest', 'updatePullRequest', 'comment', 'keepIssue'];

test('one pull request with all that moves; the second run on the same state only reads', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c']);
  assert.equal((await night.run()).outcome.kind, 'nothing');
  await night.move('a', 'c');
  const { outcome, pullRequest } = await night.run();
  assert.equal(outcome.kind, 'put');
  assert.equal(pullRequest?.title, 'Update 2 images');
  assert.deepEqual(await night.moved(), ['a', 'c']);
  assert.equal(night.pull().draft, false);
  const [pushes, calls] = [night.pushes(), night.forge.calls.length];
  assert.equal((await night.run()).outcome.kind, 'stands');
  assert.equal(night.pushes(), pushes);
  assert.deepEqual(
    night.forge.calls.slice(calls).filter((call) => writes.includes(call)),
    [],
  );
});

test('a check of ours says on the commit how far it is; it answers for no image, and stops nothing where it may not be written', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  const own = (): string | undefined => {
    const found = night.world.checks
      .get(night.tip() ?? '')
      ?.find(({ name }) => name === 'lockkeeper: update');
    return found && `${found.state}: ${found.title}`;
  };
  await night.move('a', 'b');
  await night.run();
  assert.equal(own(), 'passed: Update 2 images');
  const written = night.world.writes;
  assert.equal((await night.run()).outcome.kind, 'stands');
  assert.equal(night.world.writes, written, 'what says so already is left alone');
  assert.equal(night.pull().body.includes('lockkeeper: update'), false);
  await night.check((moved) => !moved.includes('b'));
  await night.run();
  assert.equal(own(), 'running: Looking for the culprit among 2 moves: not to be merged yet');
  await nights(night, (moved) => !moved.includes('b'));
  assert.match(own() ?? '', /^neutral: Update \S+\/a:1; 1 held back$/);
  night.world.denied.add('checks');
  await night.move('a');
  const { report, outcome } = await night.run();
  assert.equal(outcome.kind, 'put');
  assert.match(
    report.notices.join(),
    /The check of this update could not be reported: .*right to write checks/,
  );
});

test('a base that moves elsewhere leaves the branch alone; where it touches the same file, it is made anew', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a');
  await night.run();
  await night.ground.commit({ README: 'more' });
  assert.equal((await night.run()).outcome.kind, 'stands');
  await night.ground.commit({
    'compose.yaml': `${await night.ground.read(night.ground.clone.branches.get(main), 'compose.yaml')}# more\n`,
  });
  assert.equal((await night.run()).outcome.kind, 'put');
  assert.match((await night.ground.read(night.tip(), 'compose.yaml')) ?? '', /# more/);
});

/** Runs nights until nothing changes any more; returns how many. */
async function nights(
  night: Awaited<ReturnType<typeof makeForgeGround>>,
  isGood: (moved: readonly string[]) => boolean,
): Promise<number> {
  for (let count = 1; count <= 40; count += 1) {
    const { outcome } = await night.run();
    await night.check(isGood);
    if (
      outcome.kind === 'stands' &&
      !night.pull().draft &&
      readMarker(night.pull().body)?.search === undefined &&
      isGood(await night.moved())
    )
      return count;
  }
  return assert.fail('the nights come to an end');
}

test('checks that fail by our moves: the culprit is found over some nights, held with evidence, and the rest goes in', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c', 'd', 'e', 'f']);
  await night.move('a', 'b', 'c', 'd', 'e', 'f');
  await night.run();
  await night.check((moved) => !moved.includes('d'));
  await night.run();
  assert.equal(night.pull().draft, true);
  assert.match(night.pull().body, /the same is checked once more/);
  await night.check((moved) => !moved.includes('d'));
  await night.run();
  assert.match(night.pull().body, /Looking for the culprit/);
  await nights(night, (moved) => !moved.includes('d'));
  assert.deepEqual(await night.moved(), ['a', 'b', 'c', 'e', 'f']);
  const config = (await night.ground.read(night.tip(), 'lockkeeper.yaml')) ?? '';
  assert.match(config, new RegExp(`- image: "${registry}/d:1"[^]*digest: "sha256:[^]*evidence: "https://`));
  assert.match(night.pull().body, /Held back/);
  assert.equal(night.pull().title, 'Update 5 images');
  await night.move('d');
  await nights(night, () => true);
  assert.deepEqual(await night.moved(), ['a', 'b', 'c', 'd', 'e', 'f'], 'mended, it goes in by itself');
  assert.equal(await night.ground.read(night.tip(), 'lockkeeper.yaml'), undefined, 'its hold is over');
});

test('two that break only together are told as one culprit; one of them stays back', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c', 'd', 'e', 'f']);
  await night.move('a', 'b', 'c', 'd', 'e', 'f');
  await nights(night, (moved) => !(moved.includes('b') && moved.includes('e')));
  const moved = await night.moved();
  assert.equal(moved.length, 5);
  assert.match((await night.ground.read(night.tip(), 'lockkeeper.yaml')) ?? '', /together with 1 other move/);
});

test('what fails on the base as well is no fault of ours; where the base says nothing, a round without moves asks', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a', 'b');
  await night.run();
  await night.check(() => false);
  assert.equal((await night.run()).outcome.kind, 'stands');
  assert.match(night.pull().body, /fails without these moves, too/);
  const silent = await makeForgeGround(t, ['a', 'b']);
  await silent.move('a', 'b');
  for (let count = 0; count < 5; count += 1) {
    await silent.run();
    await silent.check(() => false, false);
  }
  assert.deepEqual(await silent.moved(), ['a', 'b']);
  assert.equal(silent.pull().draft, false);
  assert.match(silent.pull().body, /ci fails without these moves, too/);
});

test('a freeze label and a commit of a person stop the pushes, and it is said once', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a');
  await night.run();
  night.pull().labels.add('lockkeeper: freeze');
  await night.move('b');
  const before = night.pushes();
  assert.equal((await night.run()).outcome.kind, 'left');
  await night.run();
  assert.equal(night.pushes(), before);
  assert.equal(night.pull().comments.length, 1);
  assert.match(night.pull().comments[0]?.body ?? '', /lockkeeper: freeze/);
  night.pull().labels.clear();
  const tip = night.tip();
  assert.ok(tip !== undefined);
  const theirs = night.ground.clone.write({
    parents: [tip],
    files: { a: 'b' },
    message: 'mend\n',
    author: ada,
  });
  night.ground.origin.take({ branch: updateBranch, to: theirs });
  assert.equal((await night.run()).outcome.kind, 'left');
  assert.equal(night.tip(), theirs);
});

test('closed means not these digests, until one moves on; merged means anew', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c']);
  await night.move('a', 'b');
  await night.run();
  night.world.endPullRequest(night.pull().number, 'closed');
  assert.equal((await night.run()).outcome.kind, 'nothing');
  assert.equal(night.world.pullRequests.size, 1);
  await night.move('b');
  await night.run();
  assert.deepEqual(await night.moved(), ['b']);
  assert.equal(night.world.pullRequests.size, 2);
  await night.merge();
  await night.move('c');
  await night.run();
  assert.equal(night.world.pullRequests.size, 3);
  assert.deepEqual(await night.moved(), ['c'], 'what was declined stays so after a merge');
});

test('what people make of a pull request stays: its base, its title, their words, their draft', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a');
  await night.run();
  const { number, body } = night.pull();
  night.world.editPullRequest(number, {
    title: 'Our night',
    draft: true,
    body: `Before.\n\n${body}\n\nAfter.`,
  });
  await night.move('b');
  await night.run();
  assert.equal(night.pull().title, 'Our night');
  assert.equal(night.pull().draft, true);
  assert.match(night.pull().body, /^Before\.\n\n<!--[^]*2 images[^]*-->\n\nAfter\.$/);
  const release = night.ground.clone.write({
    parents: [],
    files: {
      'compose.yaml': (await night.ground.read(night.ground.clone.branches.get(main), 'compose.yaml')) ?? '',
    },
    message: 'release\n',
    author: ada,
  });
  night.ground.origin.take({ branch: parseBranchName('release'), to: release });
  night.world.push('release', release);
  night.world.editPullRequest(number, { base: 'release' });
  const { report } = await night.run();
  assert.equal(report.base.branch, 'release');
  const { commits } = await night.ground.clone.commits({ base: release, tip: night.tip() ?? release });
  assert.deepEqual(commits[0]?.parents, [release]);
});

test('a body that was damaged or forged brings in no digest, and is written anew', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a', 'b');
  await night.run();
  const { number, body } = night.pull();
  night.world.editPullRequest(number, {
    body: body.replace(/lockkeeper-state v1 [0-9a-f]{4}/, 'lockkeeper-state v1 0000'),
  });
  await night.run();
  assert.ok(readMarker(night.pull().body) !== undefined);
  night.world.editPullRequest(number, { body: '' });
  await night.run();
  assert.ok(readMarker(night.pull().body) !== undefined);
  assert.deepEqual(await night.moved(), ['a', 'b']);
});

test('of two runs at once one ends as somebody else is at it', async (t) => {
  const night = await makeForgeGround(t, ['a']);
  await night.move('a');
  const { origin } = night.ground;
  const base = origin.branches.get(main);
  assert.ok(base !== undefined);
  const other = night.ground.clone.write({ parents: [base], files: { a: 'b' }, message: 'x\n', author: ada });
  const { clone } = night.ground;
  const commit = clone.commit.bind(clone);
  clone.commit = (order) => {
    origin.take({ branch: updateBranch, to: other });
    return commit(order);
  };
  assert.equal((await night.run()).outcome.kind, 'busy');
  assert.equal(night.world.pullRequests.size, 0);
});

const loop = {
  name: 'outer',
  required: true,
  by: { kind: 'gitlab', variables: {} },
} as const;

test('until its required outer loops have passed a pull request is a draft and says so', async (t) => {
  const night = await makeForgeGround(t, ['a']);
  const run = (): Promise<unknown> =>
    night.run({ outerLoops: [loop, { ...loop, name: 'other', required: false }] });
  await night.move('a');
  night.loops.silent.add('outer');
  await run();
  assert.equal(night.pull().draft, true);
  assert.match(night.pull().body, /outer, which is required, was not seen to start/);
  night.loops.silent.clear();
  await run();
  assert.equal(night.pull().draft, true, 'it still goes on');
  assert.match(
    night.pull().body,
    /outer, which is required, is waited for: it was started as run-2 \(<https:/,
  );
  const [other, outer] = night.loops.runs;
  assert.ok(other !== undefined && outer !== undefined);
  outer.state = 'errored';
  await run();
  assert.equal(night.pull().draft, true, 'it ended without an answer');
  assert.match(night.pull().body, /outer ended without an answer; start it again/);
  outer.state = 'passed';
  await run();
  assert.equal(night.pull().draft, false, 'the other one is not required');
  assert.match(night.pull().body, /outer, which is required, was started as run-2 \(<https:/);
  const before = night.forge.calls.length;
  await run();
  assert.deepEqual(
    night.forge.calls.slice(before).filter((call) => writes.includes(call)),
    [],
  );
});

test('what only a person can mend is one issue of its kind: opened, kept, and closed by itself', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  const { world } = night.ground;
  const old = await world.repository('a').resolve('1');
  assert.ok(old !== undefined);
  await world.repository('a').deleteManifest(old.digest);
  await night.run();
  await night.run();
  const issues = [...night.world.issues.values()];
  assert.deepEqual(
    issues.map(({ title, state }) => `${state} ${title}`),
    ['open Pinned images have gone: main is broken'],
  );
  await night.move('a');
  const { report } = await night.run();
  assert.deepEqual(
    report.dead.map(({ mended }) => mended),
    [true],
  );
  assert.equal(issues[0]?.state, 'closed');
  night.world.denied.add('issues');
  await world
    .repository('b')
    .deleteManifest((await world.repository('b').resolve('1'))?.digest ?? old.digest);
  assert.match((await night.run()).report.notices.join(' '), /could not be kept/);
});

test('a cooldown counts from the first night, and a digest that goes back is told so; a dry run keeps nothing', async (t) => {
  const night = await makeForgeGround(t, ['a']);
  await night.ground.commit({ 'lockkeeper.yaml': 'version: 1\npins:\n  cooldown: 2d\n' });
  const ledger = path.join(night.ground.world.folder, 'ledger');
  const at = async (day: number, dryRun = false): Promise<readonly string[]> => {
    const clock = { ...night.tools.clock, now: () => new Date(Date.UTC(2026, 10, day)) };
    const { plan } = dryRun
      ? await updateLocally(
          { ...night.ground.order, ledger, branch: updateBranch, dryRun: true },
          { ...night.tools, clock },
          { observe: () => undefined, signal: undefined },
        )
      : await night.run({}, { ...night.tools, clock }, { ledger });
    return plan.plan.entries.map(({ decision }) => {
      if (decision.kind === 'stay') return decision.why;
      return decision.kind === 'move' && decision.backwards ? 'back' : decision.kind;
    });
  };
  assert.deepEqual(await at(1), ['current']);
  await night.move('a');
  assert.deepEqual(await at(2, true), ['cooling']);
  assert.deepEqual(await at(3), ['cooling']);
  assert.deepEqual(await at(4), ['cooling'], 'the dry run has kept nothing');
  assert.deepEqual(await at(5), ['move']);
  await night.merge();
  await night.ground.world.push('a', '1', 'a');
  assert.deepEqual(await at(6), ['back']);
});

test('a branch that we take away is no person’s no: what comes back goes in again', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a');
  await night.run();
  await night.ground.world.push('a', '1', 'a');
  assert.equal((await night.run()).outcome.kind, 'removed');
  assert.equal(night.pull().state, 'closed');
  await night.ground.world.push('a', '1', 'a 1');
  assert.equal((await night.run()).outcome.kind, 'put');
  assert.deepEqual(await night.moved(), ['a']);
});

test('a culprit whose registry is silent for a night stays held, and no issue is closed', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c', 'd']);
  const { world } = night.ground;
  const old = await world.repository('d').resolve('1');
  assert.ok(old !== undefined);
  await world.repository('d').deleteManifest(old.digest);
  await night.move('a', 'b');
  await nights(night, (moved) => !moved.includes('b'));
  const held = await night.ground.read(night.tip(), 'lockkeeper.yaml');
  assert.match(held ?? '', /b:1/);
  await night.move('c');
  const { outcome } = await night.run({}, silentFor(night, ['b', 'd'], 'registry-unavailable'));
  assert.equal(outcome.kind, 'put');
  assert.equal(await night.ground.read(night.tip(), 'lockkeeper.yaml'), held);
  assert.deepEqual(
    [...night.world.issues.values()].map(({ state }) => state),
    ['open', 'open'],
  );
  await night.run();
  assert.deepEqual(await night.moved(), ['a', 'c']);
});

test('what lockkeeper.yaml turns off for check is no less true for an update', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  const { world } = night.ground;
  await night.ground.commit({
    'lockkeeper.yaml':
      'version: 1\npins:\n  findings: { dead: off, unreachable: off, denied: off, hold-expired: off }\n',
  });
  const old = await world.repository('a').resolve('1');
  assert.ok(old !== undefined);
  await world.repository('a').deleteManifest(old.digest);
  const { report } = await night.run();
  assert.deepEqual(
    report.dead.map(({ mended }) => mended),
    [false],
  );
  const silent = await night.run({}, silentFor(night, ['a'], 'registry-unavailable'));
  assert.deepEqual(
    silent.report.unanswered.map(({ kind }) => kind),
    ['unreachable'],
  );
  assert.deepEqual(
    [...night.world.issues.values()].map(({ state }) => state),
    ['open'],
    'silence closes no issue',
  );
});

test('an image that never answers freezes nothing but itself; one that is on the branch keeps the branch as it is', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'private']);
  const denied = silentFor(night, ['private'], 'registry-denied');
  await night.move('a');
  assert.equal((await night.run({}, denied)).outcome.kind, 'put');
  await night.move('a');
  assert.equal((await night.run({}, denied)).outcome.kind, 'put', 'what stood on the branch has moved on');
  await night.move('b');
  const tip = night.tip();
  const { outcome } = await night.run({}, silentFor(night, ['a', 'private'], 'registry-unavailable'));
  assert.equal(outcome.kind, 'unsure');
  assert.equal(night.tip(), tip);
  await night.run({}, denied);
  assert.deepEqual(await night.moved(), ['a', 'b']);
  await night.merge();
  await night.move('b');
  assert.equal(
    (await night.run({}, denied)).outcome.kind,
    'put',
    'the branch of a squash merge is still there',
  );
  assert.deepEqual(await night.moved(), ['b']);
});

test('a search is not given up while the registry of one that waits is silent', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b', 'c', 'd']);
  await night.move('a', 'b', 'c', 'd');
  for (let count = 0; count < 2; count += 1) {
    await night.run();
    await night.check((moved) => !moved.includes('b'));
  }
  await night.run();
  const moving = await night.moved();
  const [waits] = ['a', 'b', 'c', 'd'].filter((name) => !moving.includes(name));
  assert.ok(waits !== undefined);
  const tip = night.tip();
  const { outcome } = await night.run({}, silentFor(night, [waits], 'registry-unavailable'));
  assert.equal(outcome.kind, 'unsure');
  assert.equal(night.tip(), tip);
});

test('a hold that is over does not hide the one of the same digest that our branch adds', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a', 'b');
  const bad = await night.ground.world.repository('b').resolve('1');
  const over = `{ image: "${registry}/b:1", author: lockkeeper update, reason: x, until: 2020-01-01, digest: "${bad?.digest}" }`;
  await night.ground.commit({ 'lockkeeper.yaml': `version: 1\nholds:\n  - ${over}\n` });
  await nights(night, (moved) => !moved.includes('b'));
  const tip = night.tip();
  assert.equal((await night.run()).outcome.kind, 'stands');
  assert.equal(night.tip(), tip);
  assert.deepEqual(await night.moved(), ['a']);
});

test('a branch with a person’s commit is free again once its pull request was merged, however it was', async (t) => {
  const night = await makeForgeGround(t, ['a', 'b']);
  await night.move('a');
  await night.run();
  const tip = night.tip();
  assert.ok(tip !== undefined);
  const files = { 'compose.yaml': (await night.ground.read(tip, 'compose.yaml')) ?? '', mend: 'x' };
  const theirs = night.ground.clone.write({ parents: [tip], files, message: 'mend\n', author: ada });
  night.ground.origin.take({ branch: updateBranch, to: theirs });
  night.world.push(updateBranch, theirs);
  await night.merge();
  await night.move('b');
  assert.equal((await night.run()).outcome.kind, 'put');
  assert.deepEqual(await night.moved(), ['b']);
  assert.equal(night.world.pullRequests.size, 2);
});

test('a digest that was declined stays out wherever it would come from, and with whom', async (t) => {
  const night = await makeForgeGround(t, ['a']);
  const { world } = night.ground;
  const old = await world.repository('a').resolve('1');
  assert.ok(old !== undefined);
  await night.move('a');
  await night.run();
  night.world.endPullRequest(night.pull().number, 'closed');
  for (const [tag, text] of [
    ['1-slim', 'a'],
    ['1-slim', 'a 1'],
  ] as const)
    await world.push('a', tag, text);
  const before = (await night.ground.read(night.ground.clone.branches.get(main), 'compose.yaml')) ?? '';
  await night.ground.commit({
    'compose.yaml': `${before}  slim: { image: "${pinned('a:1-slim', old.digest)}" }\n`,
  });
  const { outcome, report } = await night.run();
  assert.equal(outcome.kind, 'nothing');
  assert.deepEqual(
    report.units.map(({ moves, state }) => `${moves.length} ${state.kind}`),
    ['2 left out'],
  );
  const between = await world.push('a', 'other', 'a between');
  await night.ground.commit({ 'compose.yaml': before.replace(old.digest, between) });
  assert.equal((await night.run()).outcome.kind, 'nothing');
  await night.move('a');
  assert.equal((await night.run()).outcome.kind, 'put');
});

/** Tools to which the registries of some images do not answer. */
function silentFor(
  { tools }: Awaited<ReturnType<typeof makeForgeGround>>,
  names: readonly string[],
  code: 'registry-unavailable' | 'registry-denied',
): PublishTools {
  const fail = (): Promise<never> => Promise.reject(new Failure(code, 'the registry says nothing'));
  return {
    ...tools,
    registriesFor: (config) => {
      const inner = tools.registriesFor(config);
      return {
        ...inner,
        open: (host, name) => {
          const found = inner.open(host, name);
          return names.includes(name) ? delegate(found, { resolve: fail, manifest: fail }) : found;
        },
      };
    },
  };
}
