import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { env, git } from '../../test/support/git-ground.ts';
import { PinGround } from '../../test/support/pin-ground.ts';
import { diskRepositories } from '../adapters/git/repositories.ts';
import { parseBranchName } from '../model/branch-name.ts';
import { defaultUpdateSettings } from '../model/config-update.ts';
import { rollbackChange } from './fleet-change.ts';
import type { Digest } from '../model/digest.ts';
import { proposeChange, type ChangeOutcome, type OpenForge } from './propose-change.ts';

const branch = parseBranchName('lockkeeper/rollback');
const image = 'example.org/node:22';

/** Rolls the image back in a clone. `openForge`: what is asked where it has a remote. */
function proposing(ground: PinGround, openForge: OpenForge): (directory: string) => Promise<ChangeOutcome> {
  const tools = { ...ground.tools, git: diskRepositories({ env, temporary: tmpdir() }), openForge };
  const wishes = { image, to: undefined, author: 'Ada', reason: 'broken', until: undefined };
  return (directory) =>
    proposeChange(
      {
        branch,
        key: '0'.repeat(16),
        title: 'Roll back',
        make: rollbackChange({ ...wishes, evidence: undefined }, tools),
        describe: () => '',
      },
      { directory, settings: defaultUpdateSettings, dryRun: false },
      tools,
    );
}

/** Pins the image on main, and moves it. */
async function pinTwice(ground: PinGround): Promise<{ readonly first: Digest; readonly second: Digest }> {
  ground.git('init', '-q', '-b', 'main');
  const first = await ground.move(image);
  await ground.pin();
  ground.commit('Pin');
  const second = await ground.move(image);
  await ground.pin({ update: true });
  ground.commit('Move');
  return { first, second };
}

test('a rollback is made of what was committed, by its history; the work tree, and what is edited there, stays', async (t) => {
  const ground = await PinGround.make(t, { Dockerfile: `FROM ${image}\n`, 'a/ci.yaml': `image: ${image}\n` });
  const { first, second } = await pinTwice(ground);
  await ground.write('Dockerfile', 'FROM scratch\n');
  const propose = proposing(ground, () => assert.fail('there is no remote'));
  const { end } = await propose(ground.folder);
  assert.deepEqual(end, { kind: 'branch', how: 'branch', branch });
  const show = (file: string): string => ground.git('show', `${branch}:${file}`).trimEnd();
  assert.equal(show('Dockerfile'), `FROM ${image}@${first}`);
  assert.equal(show('a/ci.yaml'), `image: ${image}@${first}`);
  assert.match(show('lockkeeper.yaml'), new RegExp(`image: "${image}"[^]*keep: "${first}"`));
  assert.equal(await ground.read('Dockerfile'), 'FROM scratch\n');
  assert.match(ground.git('show', 'main:Dockerfile'), new RegExp(second));
  assert.equal(ground.git('status', '--porcelain').trim(), 'M Dockerfile');
  assert.deepEqual((await propose(`${ground.folder}/a`)).end, { kind: 'branch', how: 'unchanged', branch });
});

test('a rollback goes by the history of the base at the remote, whatever branch is checked out', async (t) => {
  const ground = await PinGround.make(t, { Dockerfile: `FROM ${image}\n` });
  const other = await ground.move(image);
  const { first, second } = await pinTwice(ground);
  const bare = await mkdtemp(path.join(tmpdir(), 'lockkeeper-rollback-'));
  t.after(() => rm(bare, { recursive: true }));
  ground.git('clone', '-q', '--bare', ground.folder, bare);
  ground.git('remote', 'add', 'origin', bare);
  // Here the image came to the same digest from another one.
  ground.git('checkout', '-q', '--orphan', 'topic');
  for (const digest of [other, second]) {
    await ground.write('Dockerfile', `FROM ${image}@${digest}\n`);
    ground.commit('Pin otherwise');
  }
  const propose = proposing(ground, () => ({ kind: 'plain', close: () => Promise.resolve() }));
  const { end } = await propose(ground.folder);
  assert.deepEqual(end, { kind: 'branch', how: 'pushed', branch });
  const pushed = git(bare, ['show', `${branch}:Dockerfile`]);
  assert.equal(pushed, `FROM ${image}@${first}`);
  assert.equal(git(bare, ['rev-parse', `${branch}^`]), git(bare, ['rev-parse', 'main']));
  assert.equal(ground.git('branch', '--show-current'), 'topic');
  assert.equal(ground.git('status', '--porcelain'), '');
});
