import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { noCredentials } from '../../../src/adapters/credentials/none.ts';
import type { Digest } from '../../../src/model/digest.ts';
import { fleetDocumentSchema, type FleetDocument } from '../../../src/model/fleet-answer.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { requirePeer } from '../../support/peers.ts';
import { realRegistries, sharedRegistry } from '../../support/real-registry.ts';
import { sampleImage, storeImage } from '../../support/sample-images.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const shared = sharedRegistry();
const registries = realRegistries(noCredentials);
const person = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org' };
const env = {
  ...person,
  PATH: process.env['PATH'] ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

test('eleven real repositories and a real registry: status, update, rollback and hold, a branch each', async (t) => {
  if (!shared.isThere(t) || !requirePeer('git', t)) return;
  const { host } = await shared.server();
  const repository = registries.open(host, 'fleet/tool');
  const publish = async (): Promise<Digest> => {
    const image = sampleImage();
    await storeImage(repository, image);
    await repository.putManifest(image.manifest, '1');
    return image.manifest.digest;
  };
  const folder = await temporaryFolder(t);
  const names = Array.from({ length: 11 }, (_, at) => `r${at}`);
  const git = (name: string, ...words: readonly string[]): string =>
    execFileSync('git', ['-C', path.join(folder, name), ...words], {
      env: { ...env, HOME: folder },
      stdio: 'pipe',
      encoding: 'utf8',
    });
  const commit = async (name: string, digest: Digest, why: string): Promise<void> => {
    await writeFile(path.join(folder, name, 'Dockerfile'), `FROM ${host}/fleet/tool:1@${digest}\n`);
    git(name, 'add', '--all');
    git(name, 'commit', '--quiet', '--message', why);
  };
  const [first, second] = [await publish(), await publish()];
  for (const name of names) {
    await mkdir(path.join(folder, name));
    git(name, 'init', '--quiet', '--initial-branch', 'main');
    await commit(name, first, 'first');
    await commit(name, second, 'second');
  }
  const third = await publish();
  const repos = names.map((name) => ({ git: `file://${folder}/${name}` }));
  await writeFile(path.join(folder, 'fleet.yaml'), JSON.stringify({ version: 1, repos }));
  const fleet = async (status: number, ...words: readonly string[]): Promise<FleetDocument> => {
    const ended = await runCommandLine(['fleet', ...words, '--json'], { cwd: folder, env: person });
    assert.equal(ended.status, status, ended.stderr + ended.stdout);
    return fleetDocumentSchema.parse(JSON.parse(ended.stdout));
  };
  const outcomes = ({ repos: rows }: FleetDocument): ReadonlySet<string | undefined> =>
    new Set(rows.map((row) => (row.state === 'failed' ? row.code : row.change?.outcome)));
  const proposed = (branch: string): ReadonlySet<string> =>
    new Set(names.map((name) => git(name, 'show', `${branch}:Dockerfile`)));

  const status = await fleet(0, 'status');
  assert.equal(status.repos.length, 11);
  assert.deepEqual(
    new Set(status.repos.map((row) => (row.state === 'failed' ? row.code : row.counts['stale']))),
    new Set([1]),
  );
  assert.deepEqual(outcomes(await fleet(0, 'update', '--dry-run')), new Set(['planned']));
  assert.deepEqual(outcomes(await fleet(0, 'update')), new Set(['pushed']));
  assert.deepEqual(proposed('lockkeeper/update'), new Set([`FROM ${host}/fleet/tool:1@${third}\n`]));
  const tips = (): readonly string[] => names.map((name) => git(name, 'rev-parse', 'lockkeeper/update'));
  const before = tips();
  assert.deepEqual(outcomes(await fleet(0, 'update')), new Set(['unchanged']));
  assert.deepEqual(tips(), before);

  const back = await fleet(0, 'rollback', `${host}/fleet/tool`, '--until', '2999-01-01');
  assert.deepEqual(outcomes(back), new Set(['pushed']));
  const branches = git('r0', 'branch', '--list', 'lockkeeper/*', '--format', '%(refname:short)').split('\n');
  const rollback = branches.find((branch) => branch.includes('rollback')) ?? '';
  assert.deepEqual(proposed(rollback), new Set([`FROM ${host}/fleet/tool:1@${first}\n`]));
  const held = await fleet(
    0,
    ...['hold', `${host}/fleet/tool`, '--reason', 'its fonts are wrong', '--digest', third],
  );
  assert.deepEqual(outcomes(held), new Set(['pushed']));
  const hold = git('r0', 'branch', '--list', 'lockkeeper/hold*', '--format', '%(refname:short)').trim();
  for (const name of names) assert.match(git(name, 'show', `${hold}:lockkeeper.yaml`), /its fonts are wrong/);
  for (const name of names) assert.equal(git(name, 'rev-list', '--count', 'main').trim(), '2');
});
