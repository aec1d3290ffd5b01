import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { env } from '../../test/support/git-ground.ts';
import { PinGround, quiet, type Files } from '../../test/support/pin-ground.ts';
import { diskRepositories } from '../adapters/git/repositories.ts';
import { rollbackText } from '../cli/print/rollback.ts';
import { isFailure, type FailureCode } from '../base/failure.ts';
import { readConfig } from '../model/config.ts';
import { digestOf, type Digest } from '../model/digest.ts';
import type { Hold } from '../model/hold.ts';
import { changeHolds, isWrittenFor, openHolds } from './hold-file.ts';
import { pin } from './pin.ts';
import { rollback, type RollbackOrder, type RollbackOutcome } from './rollback.ts';

const files: Files = {
  Dockerfile: 'FROM example.org/node:22\n',
  'below/ci.yaml': 'image: example.org/node:22 # ours\n',
  'chart/values.yaml': 'image:\n  repository: example.org/node\n  tag: "22"\n  digest: ""\n',
  'other.Dockerfile': 'FROM example.org/pg:17\n',
};

interface Story {
  readonly ground: PinGround;
  readonly first: Digest;
  readonly second: Digest;
}

/** Pinned, moved a week later, and everything committed. */
async function tell(t: TestContext): Promise<Story> {
  const ground = await PinGround.make(t, files);
  ground.git('init', '-q', '-b', 'main');
  const first = await ground.move('example.org/node:22');
  await ground.move('example.org/pg:17');
  await ground.pin();
  ground.commit('Pin');
  ground.clock.advance(7 * 24 * 3600_000);
  const second = await ground.move('example.org/node:22');
  await ground.pin({ update: true });
  ground.commit('Move');
  await ground.write('below/other.txt', 'nothing');
  ground.commit('Something else');
  return { ground, first, second };
}

function back(ground: PinGround, order: Partial<RollbackOrder> = {}): Promise<RollbackOutcome> {
  const git = diskRepositories({ env, temporary: tmpdir() });
  const given: RollbackOrder = {
    ...{ cwd: ground.folder, config: undefined, image: 'example.org/node:22', to: undefined },
    ...{ author: 'Ada', reason: undefined, until: undefined, evidence: undefined, dryRun: false },
    ...order,
  };
  return rollback(given, { ...ground.tools, git });
}

async function holdsOf(ground: PinGround): Promise<readonly Hold[]> {
  return readConfig(await ground.read('lockkeeper.yaml'), 'lockkeeper.yaml', ground.folder).holds;
}

async function digestsOf(ground: PinGround): Promise<readonly (string | undefined)[]> {
  const texts = await Promise.all(
    Object.keys(files)
      .slice(0, 3)
      .map((name) => ground.read(name)),
  );
  return texts.map((text) => /sha256:[0-9a-f]{64}/.exec(text)?.[0]);
}

test('the digest from before the last move is back everywhere, and no update takes it away', async (t) => {
  const { ground, first, second } = await tell(t);
  const pg = await ground.read('other.Dockerfile');
  const outcome = await back(ground, { cwd: path.join(ground.folder, 'below') });
  assert.deepEqual(await digestsOf(ground), [first, first, first]);
  assert.equal(await ground.read('below/ci.yaml'), `image: example.org/node:22@${first} # ours\n`);
  assert.equal(await ground.read('other.Dockerfile'), pg);
  assert.deepEqual(
    outcome.images.map(({ name, to, movedAt }) => [name, to, movedAt?.slice(0, 10)]),
    [['example.org/node:22', first, '2026-11-28']],
  );
  const [hold, ...others] = await holdsOf(ground);
  assert.deepEqual(others, []);
  assert.deepEqual(hold, {
    ...{ image: 'example.org/node:22', author: 'Ada', reason: `rolled back from ${second.slice(0, 19)}` },
    ...{ until: undefined, digest: undefined, keep: first, evidence: undefined },
  });
  await ground.pin({ update: true });
  await ground.move('example.org/node:22');
  await ground.pin({ update: true });
  assert.deepEqual(await digestsOf(ground), [first, first, first], 'it is sticky');
  const text = rollbackText(outcome, false, { paint: (_, word) => word, columns: 100 });
  assert.match(text, /goes back to sha256:\w+, which it was moved from on 2026-11-28/);
  assert.match(text, /3 names changed in 3 files/);
});

test('run again it changes nothing, committed or not; released it moves again', async (t) => {
  const { ground, first } = await tell(t);
  await back(ground);
  const once = ground.git('diff');
  for (const isCommitted of [false, true]) {
    if (isCommitted) ground.commit('Roll back');
    const outcome = await back(ground);
    assert.deepEqual([outcome.images, outcome.files, outcome.hold.added], [[], [], []]);
    assert.match(outcome.notices.join(), /held at an earlier digest already/);
  }
  assert.notEqual(once, '');
  assert.equal(ground.git('status', '--porcelain'), '');
  const holds = await openHolds({ cwd: ground.folder, config: undefined }, ground.tools);
  const isReleased = (hold: Hold): boolean => isWrittenFor(hold, 'example.org/node:22');
  const writing = { configFiles: ground.tools.configFiles, dryRun: false };
  const { released } = await changeHolds(holds, { isReleased, added: [] }, writing);
  assert.equal(released[0]?.keep, first);
  assert.equal(await ground.read('lockkeeper.yaml'), 'version: 1\n');
  const last = await ground.move('example.org/node:22');
  await ground.pin({ update: true });
  assert.deepEqual(await digestsOf(ground), [last, last, last]);
});

test('a move that is not committed yet is the last one; a person may name another digest and a day', async (t) => {
  const { ground, first, second } = await tell(t);
  await ground.move('example.org/node:22');
  await ground.pin({ update: true });
  const { images } = await back(ground);
  assert.deepEqual([images[0]?.to, images[0]?.movedAt], [second, undefined]);
  await back(ground, {
    to: first,
    until: '2999-12-31',
    reason: 'the proxy',
    evidence: 'https://x.example/1',
  });
  assert.deepEqual(await digestsOf(ground), [first, first, first]);
  assert.deepEqual(
    (await holdsOf(ground)).map(({ keep, until, reason }) => [keep, until, reason]),
    [[first, '2999-12-31', 'the proxy']],
  );
});

test('a dry run writes nothing; a run that was broken off is finished by the next', async (t) => {
  const { ground, first, second } = await tell(t);
  const outcome = await back(ground, { dryRun: true });
  assert.equal(outcome.files.length, 3);
  assert.ok(outcome.hold.added.some((line) => line.includes(first)));
  assert.equal(ground.git('status', '--porcelain'), '');
  const editor = {
    ...ground.tools.editor,
    replace: (): Promise<void> => Promise.reject(new Error('killed')),
  };
  const git = diskRepositories({ env, temporary: tmpdir() });
  const order = { cwd: ground.folder, config: undefined, image: 'example.org/node:22', to: undefined };
  const rest = { author: 'Ada', reason: undefined, until: undefined, evidence: undefined, dryRun: false };
  await assert.rejects(rollback({ ...order, ...rest }, { ...ground.tools, git, editor }), /killed/);
  assert.deepEqual(await digestsOf(ground), [second, second, second]);
  await back(ground);
  assert.deepEqual(await digestsOf(ground), [first, first, first]);
});

test('what has no earlier digest, is not there, or has gone from the registry is refused, and nothing is written', async (t) => {
  const { ground, first } = await tell(t);
  const refused = async (order: Partial<RollbackOrder>, ...codes: readonly FailureCode[]): Promise<void> =>
    assert.rejects(back(ground, order), (error) => isFailure(error, ...codes), JSON.stringify(order));
  await refused({ image: 'example.org/pg:17' }, 'no-earlier-digest');
  await refused({ image: 'example.org/nod' }, 'name-unknown');
  await refused({ to: digestOf('gone') }, 'manifest-missing');
  await refused({ image: 'example.org/*', to: first }, 'usage');
  await refused({ until: '2026-11-01' }, 'usage');
  assert.equal(ground.git('status', '--porcelain'), '');
  ground.down.add('example.org');
  const { notices } = await back(ground);
  assert.match(
    notices.join(),
    /is not known: example\.org is down/,
    'a registry that is down forbids nothing',
  );
});

test('a hold on what nobody mentions is refused; without a config one is written at the root', async (t) => {
  const { ground, first } = await tell(t);
  const hold = {
    ...{ image: 'node:22', author: 'Ada', reason: 'x', until: '2999-12-31' },
    ...{ digest: undefined, keep: undefined, evidence: undefined },
  };
  const put = async (image: string, dryRun: boolean): Promise<readonly string[]> => {
    const place = { cwd: path.join(ground.folder, 'below'), config: undefined };
    const edit = { isReleased: () => false, added: [{ ...hold, image }] };
    const { configFiles } = ground.tools;
    return (await changeHolds(await openHolds(place, ground.tools), edit, { configFiles, dryRun })).added;
  };
  await assert.rejects(put('node:22', false), (error) => isFailure(error, 'name-unknown'));
  assert.equal((await put('example.org/*', true)).length, 6);
  assert.ok(!existsSync(path.join(ground.folder, 'lockkeeper.yaml')));
  await put('example.org/*', false);
  await put('example.org/pg', false);
  assert.deepEqual(
    (await holdsOf(ground)).map(({ image }) => image),
    ['example.org/*', 'example.org/pg'],
  );
  await ground.move('example.org/pg:17');
  await ground.write('Dockerfile', `FROM example.org/node:22@${first}\n`);
  const { plan } = await pin(
    { ...ground.order, update: true, dryRun: false, confirm: undefined },
    ground.tools,
    quiet,
  );
  assert.ok(plan.entries.every(({ decision }) => decision.kind === 'stay' && decision.why === 'held'));
});

test('another spelling of the same image is the same, a glob is only itself', () => {
  const hold = {
    ...{ author: 'Ada', reason: 'x', until: '2999-12-31' },
    ...{ digest: undefined, keep: undefined, evidence: undefined },
  };
  const written = (image: string, asked: string): boolean => isWrittenFor({ ...hold, image }, asked);
  assert.ok(written('node:22', 'docker.io/library/node:22'));
  assert.ok(written('ghcr.io/our/*', 'ghcr.io/our/*'));
  assert.ok(!written('ghcr.io/our/*', 'ghcr.io/our/a'));
  assert.ok(!written('node:22', 'node:20'));
});
