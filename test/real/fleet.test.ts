import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { gitClones } from '../../src/adapters/clone/git.ts';
import { isFailure } from '../../src/base/failure.ts';
import { fleetDocumentSchema, type FleetDocument } from '../../src/model/fleet-answer.ts';
import { runCommandLine, type Ended } from '../support/command-line.ts';
import { requirePeer } from '../support/peers.ts';

const env = {
  PATH: process.env['PATH'] ?? '',
  HOME: tmpdir(),
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

async function scene(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-fleet-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, 'tmp'));
  return folder;
}

async function makeRepo(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const git = (...words: readonly string[]): void =>
    void execFileSync('git', ['-C', folder, ...words], { env, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch', 'main');
  if (Object.keys(files).length === 0) return;
  git('add', '--all');
  git('commit', '--quiet', '--message', 'first');
}

function answer(ended: Ended, status: number): FleetDocument {
  assert.equal(ended.status, status, ended.stderr);
  return fleetDocumentSchema.parse(JSON.parse(ended.stdout));
}

test('eleven repositories, two of them gone and one empty: one table, and a second run asks only the two', async (t) => {
  if (!requirePeer('git', t)) return;
  const folder = await scene(t);
  const digest = `sha256:${'0'.repeat(64)}`;
  const names = Array.from({ length: 8 }, (_, at) => `r${at}`);
  for (const [at, name] of names.entries())
    await makeRepo(path.join(folder, name), {
      Dockerfile: `FROM debian:12${at % 2 === 0 ? '' : `@${digest}`}\nCOPY --from=node:22 /x /x\n`,
    });
  await makeRepo(path.join(folder, 'empty'), {});
  const repos = [
    ...names.map((name, at) => (at < 4 ? { path: name } : { git: `file://${folder}/${name}` })),
    { git: `file://${folder}/empty` },
    { git: `file://${folder}/late`, branch: 'main' },
    { path: 'gone' },
  ];
  await writeFile(path.join(folder, 'fleet.yaml'), JSON.stringify({ version: 1, repos }));
  const run = (...words: readonly string[]): Promise<Ended> =>
    runCommandLine(words, { cwd: folder, env: { TMPDIR: path.join(folder, 'tmp') } });
  const first = answer(await run('fleet', 'scan', '--journal', 'j', '--json'), 2);
  assert.deepEqual(
    first.repos.map((row) => [row.repo, row.state === 'failed' ? row.code : row.counts['pinned']]),
    [
      ...names.map((name, at) => [name, at % 2]),
      ['empty', 0],
      ['late', 'remote-unreachable'],
      ['gone', 'path-missing'],
    ],
  );
  await makeRepo(path.join(folder, 'late'), { Dockerfile: 'FROM debian:12\n' });
  await makeRepo(path.join(folder, 'gone'), { Dockerfile: 'FROM debian:12\n' });
  const second = await run('fleet', 'scan', '--journal', 'j', '--json');
  assert.deepEqual([answer(second, 0).earlier, answer(second, 0).repos.length], [9, 11]);
  assert.equal(second.stderr.trim().split('\n').length, 2, second.stderr);
  const checked = await run('fleet', 'check', '--offline', '--quiet');
  assert.match(checked.stdout, /11 repositories: \d+ clean, \d+ with findings, 0 not looked at/);
  assert.deepEqual(await readdir(path.join(folder, 'tmp')), [], 'no clone is left');
});

test('one pin over eleven real repositories, one of them gone: a branch each, and a second run does only that one', async (t) => {
  if (!requirePeer('git', t)) return;
  const folder = await scene(t);
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', folder, ...words], { env, stdio: 'pipe', encoding: 'utf8' });
  const names = Array.from({ length: 11 }, (_, at) => `r${at}`);
  const make = (name: string): Promise<void> =>
    makeRepo(path.join(folder, name), {
      '.python-version': '3.14.0\r\n',
      Procfile: 'web: python3.14 -m app\n',
    });
  for (const name of names.slice(1)) await make(name);
  const repos = names.map((name) => ({ git: `file://${folder}/${name}` }));
  await writeFile(path.join(folder, 'fleet.yaml'), JSON.stringify({ version: 1, repos }));
  const run = (...words: readonly string[]): Promise<Ended> =>
    runCommandLine(['fleet', 'pin', 'python', '3.13', ...words, '--json'], {
      cwd: folder,
      env: { TMPDIR: path.join(folder, 'tmp') },
    });
  const first = answer(await run('--journal', 'j'), 5);
  assert.deepEqual(
    first.repos.map((row) => (row.state === 'failed' ? row.code : row.change?.outcome)),
    ['remote-unreachable', ...names.slice(1).map(() => 'pushed')],
  );
  const tips = (): readonly string[] =>
    names.slice(1).map((name) => git('-C', name, 'rev-parse', 'lockkeeper/pin-python'));
  const [before] = [tips()];
  await make('r0');
  const second = answer(await run('--journal', 'j'), 0);
  assert.deepEqual([second.earlier, second.repos[0]?.state], [10, 'clean']);
  assert.deepEqual(tips(), before);
  for (const name of names) {
    const show = (file: string): string => git('-C', name, 'show', `lockkeeper/pin-python:${file}`);
    assert.deepEqual([show('.python-version'), show('Procfile')], ['3.13\r\n', 'web: python3.13 -m app\n']);
    assert.equal(git('-C', name, 'rev-list', '--count', 'main..lockkeeper/pin-python').trim(), '1');
  }
  assert.deepEqual(await readdir(path.join(folder, 'tmp')), [], 'no clone is left');
});

test('a repository that would fill the disk is refused, however well it packs, and leaves nothing', async (t) => {
  if (!requirePeer('git', t)) return;
  const folder = await scene(t);
  await makeRepo(path.join(folder, 'big'), { zeros: '0'.repeat(4_000_000) });
  const temporary = path.join(folder, 'tmp');
  const clones = gitClones({ env, temporary: () => Promise.resolve(temporary), bytesMax: 1_000_000 });
  await assert.rejects(
    clones.make({ url: `file://${folder}/big`, branch: undefined }),
    (error) => isFailure(error, 'path-refused') && error.message.includes('larger than 1000000 bytes'),
  );
  assert.deepEqual(await readdir(temporary), []);
});
