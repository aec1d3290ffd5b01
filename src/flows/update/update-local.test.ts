import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { ada } from '../../../test/support/git-ground.ts';
import {
  main,
  makeUpdateGround,
  pinned,
  updateBranch,
  type UpdateGround,
} from '../../../test/support/update-ground.ts';
import { registry, tap, type World } from '../../../test/support/world.ts';
import { isFailure } from '../../base/failure.ts';
import { shortKey } from '../../model/short-key.ts';
import { branchTrailers } from './branch.ts';
import type { Digest } from '../../model/digest.ts';
import { defaultUpdateSettings } from '../../model/config-update.ts';
import { goesIn } from './report.ts';
import type { Observer } from '../../model/event.ts';
import { MemoryOuterLoops } from '../../adapters/forge/outer-loops/memory.ts';
import { updatePlainly } from './update-plain.ts';
import { updateLocally, type UpdateResult } from './update-local.ts';

const quiet = { observe: (): void => undefined, signal: undefined };
const config = `version: 1
# what is tried
images:
  app:
    baseline: ${registry}/app:1
    pinned: true
  tool:
    baseline: ${registry}/tool:1
    pinned: true
suites:
  unit: { command: sh test.sh, source: source, results: { format: tap, stdout: true } }
`;

interface Night {
  readonly ground: UpdateGround;
  readonly old: Readonly<Record<'app' | 'tool' | 'free', Digest>>;
  readonly run: (order?: {
    readonly dryRun?: boolean;
    readonly only?: readonly string[];
    readonly ledger?: string;
    readonly config?: string;
    readonly observe?: Observer;
  }) => Promise<UpdateResult>;
}

/** Two images that a suite guards and one that none does, pinned in three files. */
async function night(t: TestContext, more: Readonly<Record<string, string>> = {}): Promise<Night> {
  const old = new Map<string, Digest>();
  const pin = async (world: World, name: string): Promise<string> => {
    const digest = await world.push(name, '1', `${name} old`);
    old.set(name, digest);
    return pinned(`${name}:1`, digest);
  };
  const ground = await makeUpdateGround(t, async (world) => ({
    'lockkeeper.yaml': config,
    'source/test.sh': 'true\n',
    Dockerfile: `FROM ${await pin(world, 'app')}\nCOPY --from=${await pin(world, 'tool')} /a /a\n`,
    'compose.yaml': `services:\n  db: { image: "${await pin(world, 'free')}" }\n`,
    ...more,
  }));
  const digest = (name: string): Digest => {
    const found = old.get(name);
    assert.ok(found !== undefined);
    return found;
  };
  return {
    ground,
    old: { app: digest('app'), tool: digest('tool'), free: digest('free') },
    run: ({ observe = quiet.observe, ...order } = {}) =>
      updateLocally({ ...ground.order, branch: updateBranch, ...order }, ground.tools, { ...quiet, observe }),
  };
}

test('what is good goes in, a culprit is held in lockkeeper.yaml, and the second run does nothing', async (t) => {
  const { ground, old, run } = await night(t);
  const { world, clone } = ground;
  const [app, tool, free] = [
    await world.push('app', '1', 'app new'),
    await world.push('tool', '1', 'tool new'),
    await world.push('free', '1', 'free new'),
  ];
  world.behave(tool, (_spec) => ({ stdout: tap({ works: false }) }));
  const told: string[] = [];
  const { report, outcome } = await run({
    observe: (event) => {
      if (event.kind === 'judging') told.push(`${event.image} begins`);
      if (event.kind === 'judged') told.push(`${event.image} ${event.verdict?.kind ?? 'failed'}`);
    },
  });
  assert.deepEqual(
    report.units.map(({ moves, state }) => `${moves[0]?.name.repository} ${state.kind}`),
    ['app goes in', 'tool held back', 'free goes in'],
  );
  assert.deepEqual(told, ['app begins', 'app promote', 'tool begins', 'tool reject: regression']);
  assert.equal(outcome?.kind, 'put');
  const tip = clone.branches.get(updateBranch);
  const dockerfile = await ground.read(tip, 'Dockerfile');
  assert.equal(dockerfile, `FROM ${pinned('app:1', app)}\nCOPY --from=${pinned('tool:1', old.tool)} /a /a\n`);
  assert.match((await ground.read(tip, 'compose.yaml')) ?? '', new RegExp(free));
  const held = (await ground.read(tip, 'lockkeeper.yaml')) ?? '';
  assert.ok(held.startsWith(config), 'nothing else of the config changes');
  assert.match(held, /holds:\n {2}- image: "registry.example.org\/tool:1"\n/);
  assert.match(held, new RegExp(`digest: "${tool}"`));
  const before = ground.gates();
  assert.equal(before, 2);
  assert.deepEqual(
    report.held.map(({ isMerged }) => isMerged),
    [false],
  );
  const again = await run();
  assert.equal(again.outcome?.kind, 'stands');
  assert.deepEqual(again.report.held, report.held, 'it is told in the same way');
  assert.deepEqual(await readdir(ground.order.scratch), [], 'no bundle of a trial is left');
  assert.equal(clone.branches.get(updateBranch), tip);
  assert.equal(ground.gates(), before, 'what is on the branch, or held there, is not judged again');
});

const verdictsOf = ({ report }: UpdateResult): readonly string[] =>
  report.units.flatMap(({ moves, state }) =>
    moves.flatMap(({ name, verdicts }) =>
      verdicts.map((each) => {
        const said = each.kind === 'judged' ? each.verdict.kind : each.kind;
        return `${name.repository} ${said}, ${state.kind}`;
      }),
    ),
  );

/** Somebody makes a commit that looks like ours in all, and that says to move a unit which nobody has tried. */
async function forge({ ground, run }: Night, text: RegExp, to: Digest): Promise<void> {
  const { clone } = ground;
  const { plan } = await run({ dryRun: true, only: [`${registry}/tool`] });
  const units = plan.units.map(({ key }) => shortKey(key));
  const parent = clone.branches.get(main);
  const dockerfile = await ground.read(parent, 'Dockerfile');
  assert.ok(parent !== undefined && dockerfile !== undefined && units.length === 1);
  const after = Buffer.from(dockerfile.replace(text, `$1${to}`));
  const files = [{ file: 'Dockerfile', after }];
  const forged = await clone.commit({
    parent,
    files: [{ path: 'Dockerfile', bytes: after }],
    message: `Update 1 image\n\n${branchTrailers({ units, names: [], files })}\n`,
    author: ada,
    committer: ada,
  });
  clone.take({ branch: updateBranch, to: forged });
}

test('a commit on our branch brings no verdict: the ledger tells it, or nobody does', async (t) => {
  const here = await night(t);
  const { ground, run } = here;
  const tool = await ground.world.push('tool', '1', 'tool new');
  await forge(here, /(tool:1@)sha256:[0-9a-f]{64}/, tool);
  const before = ground.gates();
  assert.deepEqual(verdictsOf(await run()), ['tool on the branch, goes in']);
  const ledger = `${ground.order.scratch}-kept`;
  assert.deepEqual(verdictsOf(await run({ ledger })), ['tool on the branch, goes in']);
  assert.equal(ground.gates(), before, 'it is not tried again');
});

test('what is on our branch has the verdict that the ledger remembers', async (t) => {
  const here = await night(t);
  const { ground, run } = here;
  const { world, clone } = ground;
  const ledger = `${ground.order.scratch}-kept`;
  for (const name of ['app', 'free']) await world.push(name, '1', `${name} new`);
  const tool = await world.push('tool', '1', 'tool new');
  world.behave(tool, (_spec) => ({ stdout: tap({ works: false }) }));
  const first = verdictsOf(await run({ ledger }));
  const rejected = 'tool reject: regression, held back';
  assert.deepEqual(first, ['app promote, goes in', rejected, 'free unguarded, goes in']);
  assert.deepEqual(
    verdictsOf(await run({ ledger })),
    first.filter((each) => each !== rejected),
    'what is held is no unit any more',
  );
  clone.take({ branch: updateBranch, to: undefined });
  await forge(here, /(tool:1@)sha256:[0-9a-f]{64}/, tool);
  const asked = ground.gates();
  assert.deepEqual(verdictsOf(await run({ ledger })), first, 'no trailer takes a reject away');
  assert.equal(ground.gates(), asked);
});

test('a dry run uses a ledger and leaves it as it was', async (t) => {
  const { ground, run } = await night(t);
  const { world, tools } = ground;
  for (const name of ['app', 'tool']) await world.push(name, '1', `${name} new`);
  const folder = `${ground.order.scratch}-kept`;
  const ledger = tools.ledgers.open(folder);
  const noted = Buffer.from('not a record');
  await ledger.write('contradictions', 'x.json', noted);
  const kept = async (): Promise<readonly string[]> => {
    const folders = ['contradictions', 'runs', 'verdicts', 'seen'];
    const files = await Promise.all(folders.map((each) => ledger.list(each)));
    return files.flatMap((each, at) => each.map(({ name }) => `${folders[at]}/${name}`));
  };
  for (let count = 1; count <= 2; count += 1) {
    await run({ dryRun: true, ledger: folder });
    assert.deepEqual(await kept(), ['contradictions/x.json']);
    assert.equal(ground.gates(), 2 * count);
  }
  const aside = tools.ledgers.open(`${ground.order.scratch}/ledger`);
  assert.ok(((await aside.read('contradictions', 'x.json', 100)) ?? '').toString() === noted.toString());
  await run({ ledger: folder });
  assert.ok((await kept()).some((name) => name.startsWith('verdicts/')));
  const before = ground.gates();
  await run({ dryRun: true, ledger: folder });
  assert.equal(ground.gates(), before, 'what was judged is not judged again');
});

test('a config that is named is that of the commit too, whatever the work tree holds', async (t) => {
  const { ground, run } = await night(t);
  const { world } = ground;
  const tool = await world.push('tool', '1', 'tool new');
  world.behave(tool, (_spec) => ({ stdout: tap({ works: false }) }));
  const named = path.join(ground.clone.root, 'lockkeeper.yaml');
  const { report, proposal } = await run({ dryRun: true, config: named });
  assert.deepEqual(
    report.units.map(({ state }) => state.kind),
    ['held back'],
  );
  const [held] = proposal.files;
  assert.deepEqual([held?.file, held?.before?.toString()], ['lockkeeper.yaml', config]);
  const missing = run({ dryRun: true, config: path.join(ground.clone.root, 'not-committed.yaml') });
  await assert.rejects(missing, (error) => isFailure(error, 'config-missing'));
});

test('a config outside of the repository rules, and no commit can hold what a culprit gets', async (t) => {
  const { ground, run } = await night(t);
  const { world } = ground;
  await world.push('free', '1', 'free new');
  world.behave(await world.push('tool', '1', 'tool new'), () => ({ stdout: tap({ works: false }) }));
  const outside = path.join(world.folder, 'outside.yaml');
  await writeFile(outside, config);
  const { report, proposal, outcome } = await run({ config: outside });
  assert.deepEqual(
    report.units.map(({ state }) => state.kind),
    ['held back', 'goes in'],
  );
  assert.equal(outcome?.kind, 'put');
  assert.deepEqual(
    proposal.files.map(({ file }) => file),
    ['compose.yaml'],
  );
  assert.match(report.notices.join(), /outside\.yaml lies outside of the repository.*tool:1/);
});

test('one image that cannot be tried or compared stops no other, and waits', async (t) => {
  const { ground, run } = await night(t);
  const { world } = ground;
  for (const name of ['app', 'tool', 'free']) await world.push(name, '1', `${name} new`);
  world.behave(await world.push('app', '1', 'app crashes'), () => ({
    end: { kind: 'engine-error', message: 'the engine is gone' },
  }));
  const { report } = await run();
  assert.deepEqual(
    report.units.map(({ moves, state }) => `${moves[0]?.name.repository} ${state.kind}`),
    ['app waits', 'tool goes in', 'free goes in'],
  );
});

test('a dead pin is told and mended; where its tag has gone too, a person has to', async (t) => {
  const { ground, old, run } = await night(t);
  const { world } = ground;
  await world.repository('free').deleteManifest(old.free);
  await world.repository('app').deleteManifest(old.app);
  await world.push('free', '1', 'free new');
  const { report } = await run();
  assert.deepEqual(
    report.dead.map(({ finding, mended }) => `${finding.file} ${mended}`),
    ['Dockerfile false', 'compose.yaml true'],
  );
  assert.deepEqual(
    report.units.filter(goesIn).map(({ moves }) => moves[0]?.name.repository),
    ['free'],
  );
});

test('a dry run writes nothing, and what was asked for alone moves', async (t) => {
  const { ground, run } = await night(t);
  for (const name of ['app', 'tool', 'free']) await ground.world.push(name, '1', `${name} new`);
  const { report, outcome, proposal } = await run({ dryRun: true, only: [`${registry}/free`] });
  assert.equal(outcome, undefined);
  assert.equal(ground.clone.branches.get(updateBranch), undefined);
  assert.deepEqual(
    report.units.map(({ moves }) => moves[0]?.name.repository),
    ['free'],
  );
  assert.deepEqual(
    proposal.files.map(({ file }) => file),
    ['compose.yaml'],
  );
});

test('a branch that a person wrote to is left alone, and one of ours that nothing is left for goes', async (t) => {
  const { ground, run } = await night(t);
  const { clone, world } = ground;
  await world.push('free', '1', 'free new');
  await run();
  const tip = clone.branches.get(updateBranch);
  assert.ok(tip !== undefined);
  await ground.commit({ 'compose.yaml': (await ground.read(tip, 'compose.yaml')) ?? '' });
  assert.equal((await run()).outcome?.kind, 'removed');
  const { author } = { author: { name: 'Ada', mail: 'ada@example.org', at: '2026-11-01T00:00:00Z' } };
  const base = clone.branches.get(clone.head ?? updateBranch);
  assert.ok(base !== undefined);
  const theirs = clone.write({ parents: [base], files: { a: 'b' }, message: 'mine\n', author });
  clone.take({ branch: updateBranch, to: theirs });
  await world.push('free', '1', 'free newer');
  const { outcome } = await run();
  assert.equal(outcome?.kind, 'left');
  assert.equal(clone.branches.get(updateBranch), theirs);
});

test('where the remote is on no forge, our branch is pushed there upon its base', async (t) => {
  const { ground } = await night(t);
  await ground.world.push('free', '1', 'free new');
  const order = { ...ground.order, settings: defaultUpdateSettings, why: 'the git remote is on no server' };
  const outerLoops = new MemoryOuterLoops();
  const tools = { ...ground.tools, outerLoops };
  const loops = [
    { name: 'asked', required: true, by: { kind: 'gitlab', variables: {} } },
    {
      name: 'program',
      required: false,
      by: { kind: 'command', start: ['x'], state: ['x'], environment: [] },
    },
  ] as const;
  const looping = { ...order, settings: { ...defaultUpdateSettings, outerLoops: loops } };
  const { outcome, report } = await updatePlainly(looping, tools, quiet);
  assert.equal(outcome?.kind, 'put');
  const tip = ground.origin.branches.get(updateBranch);
  assert.notEqual(tip, undefined);
  assert.deepEqual(report.notices, ['No pull request is opened: the git remote is on no server.']);
  assert.deepEqual(
    outerLoops.runs.map(({ loop, commit }) => [loop, commit]),
    [
      ['asked', tip],
      ['program', tip],
    ],
  );
  outerLoops.runs.length = 0;
  assert.equal((await updatePlainly(looping, tools, quiet)).outcome?.kind, 'stands');
  assert.deepEqual(
    outerLoops.runs.map(({ loop }) => loop),
    ['asked'],
    'a program is not asked twice about one commit',
  );
});
