import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { env } from '../../test/support/git-ground.ts';
import { PinGround } from '../../test/support/pin-ground.ts';
import { diskRepositories } from '../adapters/git/repositories.ts';
import { parseBranchName } from '../model/branch-name.ts';
import { defaultUpdateSettings } from '../model/config-update.ts';
import { rollbackChange } from './fleet-change.ts';
import { proposeChange, type ChangeOutcome } from './propose-change.ts';

const branch = parseBranchName('lockkeeper/rollback');

test('a rollback is made of what was committed, by its history; the work tree, and what is edited there, stays', async (t) => {
  const image = 'example.org/node:22';
  const ground = await PinGround.make(t, { Dockerfile: `FROM ${image}\n`, 'a/ci.yaml': `image: ${image}\n` });
  ground.git('init', '-q', '-b', 'main');
  const first = await ground.move(image);
  await ground.pin();
  ground.commit('Pin');
  const second = await ground.move(image);
  await ground.pin({ update: true });
  ground.commit('Move');
  await ground.write('Dockerfile', 'FROM scratch\n');
  const tools = {
    ...ground.tools,
    git: diskRepositories({ env, temporary: tmpdir() }),
    openForge: (): never => assert.fail('there is no remote'),
  };
  const wishes = { image, to: undefined, author: 'Ada', reason: 'broken' };
  const propose = (directory: string): Promise<ChangeOutcome> =>
    proposeChange(
      {
        branch,
        key: '0'.repeat(16),
        title: 'Roll back',
        make: rollbackChange({ ...wishes, until: undefined, evidence: undefined }, tools),
        describe: () => '',
      },
      { directory, settings: defaultUpdateSettings, dryRun: false },
      tools,
    );
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
