import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { WorldRight } from '../../src/adapters/forge/memory-world.ts';
import { digestOf } from '../../src/model/digest.ts';
import { ForgeNight, type NightForge } from '../support/forge-night.ts';
import { git } from '../support/git-ground.ts';
import { sharedServedRegistry } from '../support/served-registry.ts';

/** `update` as people run it, night after night, against GitHub and GitLab as they publish themselves. */

const registry = sharedServedRegistry();

function story(
  situation: string,
  names: readonly string[],
  work: (night: ForgeNight) => Promise<void>,
): void {
  for (const kind of ['github', 'gitlab'] as const)
    test(`${kind}: ${situation}`, async (t) => work(await opened(t, kind, names)));
}

/** Each file below a folder, by its bytes; but for what a person's own cache knows of layers, which lies in the home folder. */
async function snapshot(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const cache = path.join(folder, '.cache') + path.sep;
  const read = files
    .filter((file) => !file.startsWith(cache))
    .map(async (file) => [file, digestOf(await readFile(file))] as const);
  return new Map((await Promise.all(read)).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

async function opened(
  t: TestContext,
  kind: NightForge['kind'],
  names: readonly string[],
): Promise<ForgeNight> {
  return ForgeNight.open(t, kind, { served: await registry(), names });
}

story(
  'a night with moves opens a pull request, and a second run only reads',
  ['a', 'b', 'c'],
  async (night) => {
    assert.equal((await night.night()).branch.state, 'nothing');
    await night.move('a', 'c');
    const first = await night.night();
    assert.deepEqual([first.branch.state, first.exit], ['put', 0]);
    assert.match(first.pullRequest ?? '', /^https:/);
    assert.deepEqual(night.moved(), ['a', 'c']);
    assert.equal(night.pull().title, 'Update 2 images');
    const [tip, writes] = [night.tip, night.writes()];
    assert.equal((await night.night()).branch.state, 'stands');
    assert.deepEqual([night.tip, night.writes()], [tip, writes]);
    await night.commit({ README: 'more' });
    assert.equal(
      (await night.night()).branch.state,
      'stands',
      'what moves on main elsewhere moves nothing here',
    );
  },
);

story(
  'what breaks is found over the nights, held with an issue, and goes in when it is mended',
  ['a', 'b', 'c', 'd'],
  async (night) => {
    const isGood = (moved: readonly string[]): boolean => !moved.includes('c');
    await night.move('a', 'b', 'c', 'd');
    let ends = 0;
    for (let count = 0; count < 9 && ends === 0; count += 1) {
      const { units } = await night.night();
      night.check(isGood);
      if (units.some(({ state }) => state.kind === 'held back')) ends = count;
      else if (count > 0) assert.equal(night.pull().draft, true, `night ${count}`);
    }
    assert.ok(ends > 0, 'the culprit is found');
    assert.deepEqual(night.moved(), ['a', 'b', 'd']);
    assert.match(night.file('lockkeeper.yaml'), /image: "[^"]*\/c:1"[^]*evidence: "https:/);
    assert.equal(night.pull().draft, false);
    const [issue, ...more] = [...night.world.issues.values()];
    assert.deepEqual(
      [issue?.state, issue?.title, more],
      ['open', 'Images are held back: they break something', []],
    );
    assert.equal((await night.night()).branch.state, 'stands');
    await night.move('c');
    await night.night();
    assert.deepEqual(night.moved(), ['a', 'b', 'c', 'd']);
    assert.equal(issue?.state, 'closed');
    assert.equal(night.world.pullRequests.size, 1);
  },
);

test('gitlab: where pipelines run on merged results alone, they are what decides, and the culprit is found', async (t) => {
  const night = await opened(t, 'gitlab', ['a', 'b', 'c', 'd']);
  assert.equal(night.forge.kind, 'gitlab');
  night.forge.fake.wholePipeline = true;
  await night.move('a', 'b', 'c', 'd');
  const first = await night.night();
  assert.equal(first.branch.state, 'put');
  assert.match((await night.run([])).stdout, /the pipeline is required, and has not reported yet/);
  let ends = 0;
  for (let count = 1; count < 14 && ends === 0; count += 1) {
    night.checkMerged((moved) => !moved.includes('c'));
    const { units } = await night.night();
    if (units.some(({ state }) => state.kind === 'held back')) ends = count;
    else assert.equal(night.pull().draft, true, `night ${count}`);
  }
  assert.ok(ends > 0, 'the culprit is found');
  assert.deepEqual(night.moved(), ['a', 'b', 'd']);
  assert.match(night.file('lockkeeper.yaml'), /image: "[^"]*\/c:1"/);
  assert.equal(night.pull().draft, false);
});

story(
  'a dry run changes no byte of clone, ledger, remote and forge, without a lockkeeper.yaml; its patch gives the tree that an update pushes',
  ['a', 'b', 'c'],
  async (night) => {
    const compose = git(night.clone, ['show', 'HEAD:compose.yaml']);
    await night.commit({
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'model.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`,
      'windows.compose.yaml': compose.replaceAll('\n', '\r\n'),
      'short.compose.yaml': compose.trimEnd(),
    });
    await night.move('a', 'c');
    const before = await snapshot(night.folder);
    const patch = path.join(night.folder, '..', `${path.basename(night.folder)}.patch`);
    const writes = night.writes();
    const dry = await night.night(['--dry-run', '--patch', patch]);
    assert.equal(dry.units.length, 2);
    assert.deepEqual(await snapshot(night.folder), before);
    assert.deepEqual([night.writes(), night.world.pullRequests.size, night.tip], [writes, 0, undefined]);
    const copy = path.join(night.folder, 'copy');
    git(night.folder, ['clone', '-q', night.bare(), copy]);
    git(copy, ['apply', '--index', patch]);
    await rm(patch);
    const applied = git(copy, ['write-tree']);
    assert.equal((await night.night()).branch.state, 'put');
    assert.equal(git(night.bare(), ['rev-parse', 'lockkeeper/update^{tree}']), applied);
    assert.deepEqual(
      git(night.bare(), ['diff', '--name-only', 'main', 'lockkeeper/update']).trim().split('\n'),
      ['compose.yaml', 'short.compose.yaml', 'windows.compose.yaml'],
    );
  },
);

story(
  'a pull request that a person closed means not these; one that was merged is done',
  ['a', 'b'],
  async (night) => {
    await night.move('a');
    await night.night();
    night.world.endPullRequest(night.pull().number, 'closed');
    const [tip, writes] = [night.tip, night.writes()];
    const quiet = await night.night();
    assert.deepEqual([quiet.branch.state, quiet.exit], ['nothing', 0]);
    assert.deepEqual([night.tip, night.writes()], [tip, writes]);
    await night.move('b');
    await night.night();
    assert.deepEqual(night.moved(), ['b']);
    assert.equal(night.world.pullRequests.size, 2);
    await night.commit({ 'compose.yaml': `${night.file('compose.yaml')}\n` });
    night.world.endPullRequest(night.pull().number, 'merged');
    assert.equal((await night.night()).branch.state, 'nothing');
    await night.move('a');
    await night.night();
    assert.deepEqual(night.moved().includes('a'), true, 'it has moved on since');
    assert.equal(night.world.pullRequests.size, 3);
  },
);

story(
  'what people make of the pull request stays: its title, their words, a draft; and a freeze stops us',
  ['a', 'b'],
  async (night) => {
    await night.move('a');
    await night.night();
    const { number } = night.pull();
    night.world.editPullRequest(number, {
      title: 'Images, please',
      body: `Look at this, @ada.\r\n\r\n${night.pull().body}\r\n\r\n/close`,
      draft: true,
    });
    await night.move('b');
    await night.night();
    const { title, body, draft } = night.pull();
    assert.deepEqual([title, draft], ['Images, please', true]);
    assert.match(body, /^Look at this, @ada\.\n\n<!-- lockkeeper/);
    assert.match(body, /\/close$/);
    assert.match(body, /\/b&#58;1/);
    const [tip, writes] = [night.tip, night.writes()];
    assert.equal((await night.night()).branch.state, 'stands');
    assert.deepEqual([night.tip, night.writes()], [tip, writes]);
    night.world.label(number, { add: ['lockkeeper: freeze'] });
    await night.move('a');
    const frozen = await night.night();
    assert.deepEqual([frozen.branch.state, frozen.exit, night.tip], ['left', 4, tip]);
    assert.equal(night.pull().comments.length, 1);
    await night.night();
    assert.equal(night.pull().comments.length, 1, 'it is said once');
  },
);

story(
  'a program of an outer loop runs in the folder of lockkeeper.yaml, wherever the update was started',
  ['a'],
  async (night) => {
    const compose = git(night.clone, ['show', 'HEAD:compose.yaml']);
    await mkdir(path.join(night.clone, 'services/web'), { recursive: true });
    await writeFile(path.join(night.clone, 'start.sh'), '#!/bin/sh\necho \'{"id":"7"}\'\n', { mode: 0o755 });
    await writeFile(path.join(night.clone, 'state.sh'), '#!/bin/sh\necho \'{"state":"running"}\'\n', {
      mode: 0o755,
    });
    const command = 'command: { start: [./start.sh], state: [./state.sh] }';
    await night.commit({
      'services/web/compose.yaml': compose,
      'lockkeeper.yaml': `version: 1\nupdate:\n  outer-loops: { outer: { required: true, ${command} } }\n`,
    });
    await night.move('a');
    await night.night(['services']);
    assert.match(
      night.pull().body,
      /Outer loop outer, which is required, is waited for: it was started as 7/,
    );
    assert.equal(night.pull().draft, true);
    await writeFile(path.join(night.clone, 'state.sh'), '#!/bin/sh\necho \'{"state":"passed"}\'\n');
    await night.night(['services']);
    assert.equal(night.pull().draft, false);
  },
);

const rights: readonly WorldRight[] = ['pull-requests', 'issues', 'checks', 'statuses'];

story(
  'a token that lacks a right is named, and with the right the next run goes on',
  ['a'],
  async (night) => {
    await night.move('a');
    night.world.denied.add('pull-requests');
    const denied = await night.run();
    assert.equal(denied.status, 6);
    assert.match(denied.stderr, /error\[forge-denied\][^]*→ [^]*(?:right|role)/);
    for (const right of rights.slice(1)) night.world.denied.add(right);
    night.world.denied.delete('pull-requests');
    const { exit, branch } = await night.night();
    assert.deepEqual([exit, branch.state], [0, 'stands']);
    assert.equal(night.pull().state, 'open');
  },
);

story('a token that has expired is named by its variable, and nothing is pushed', ['a'], async (night) => {
  await night.move('a');
  const variable = night.forge.kind === 'github' ? 'GITHUB_TOKEN' : 'GITLAB_TOKEN';
  const { status, stderr } = await night.run([], { [variable]: 'canary-expired' });
  assert.equal(status, 6);
  assert.match(stderr, new RegExp(`→ [^]*${variable}`));
  assert.doesNotMatch(stderr, /canary/);
  assert.equal(night.tip, undefined);
});

story(
  'rate limits that are short are waited for; long ones end with 5, and the next run goes on',
  ['a'],
  async (night) => {
    await night.move('a');
    const body = { message: 'You have exceeded a secondary rate limit. Please wait.' };
    const hour = String(Math.floor(Date.now() / 1000) + 3600);
    const { fake, kind } = night.forge;
    const short = { status: kind === 'github' ? 403 : 429, body, headers: { 'retry-after': '1' } };
    const long =
      kind === 'github'
        ? { status: 403, body, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': hour } }
        : { status: 429, body, headers: { 'ratelimit-reset': hour } };
    let asked = 0;
    fake.rule = ({ method }) => (method !== 'GET' && (asked += 1) > 0 ? long : undefined);
    const { status, stderr } = await night.run();
    assert.deepEqual([status, asked], [5, 1]);
    assert.match(stderr, /error\[forge-rate-limited\][^]*60 min/);
    asked = 0;
    fake.rule = () => ((asked += 1) % 3 === 2 ? short : undefined);
    const { branch, exit } = await night.night();
    assert.deepEqual([branch.state, exit, night.pull().state], ['stands', 0, 'open']);
  },
);

story(
  'from a fork no right is needed: the branch lies there, the pull request leads from it, and a culprit is found by its checks',
  ['a', 'b'],
  async (night) => {
    await night.fork();
    await night.move('a', 'b');
    const label = 'update: { labels: [images] }';
    await night.commit({ 'lockkeeper.yaml': `version: 1\n${label}\n` });
    const isGood = (moved: readonly string[]): boolean => !moved.includes('b');
    const first = await night.night(['--fork', 'fork']);
    assert.deepEqual([first.branch.state, first.exit], ['put', 0]);
    assert.deepEqual([night.tip, night.pull().fork], [undefined, 'robot']);
    assert.deepEqual(night.moved('robot'), ['a', 'b']);
    const isHeld = (): boolean => /image: "[^"]*\/b:1"/.test(night.file('lockkeeper.yaml', 'robot'));
    for (let count = 0; count < 9 && !isHeld(); count += 1) {
      night.check(isGood);
      await night.night(['--fork', 'fork']);
    }
    assert.ok(isHeld());
    assert.deepEqual([night.moved('robot'), night.pull().draft], [['a'], false]);
    assert.deepEqual(
      [night.world.pullRequests.size, night.world.issues.size, night.pull().labels.size],
      [1, 0, 0],
    );
    const writes = night.writes();
    assert.equal((await night.night(['--fork', 'fork'])).branch.state, 'stands');
    assert.equal(night.writes(), writes);
  },
);
