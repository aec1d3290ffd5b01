import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import * as z from 'zod';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import type { Digest } from '../../src/model/digest.ts';
import { runCommandLine, type Ended } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { realRegistries, sharedRegistry } from '../support/real-registry.ts';
import { sampleImage, sampleIndex, storeImage } from '../support/sample-images.ts';

const shared = sharedRegistry();
const registries = realRegistries(noCredentials);

const checked = z.looseObject({
  findings: z.array(
    z.looseObject({
      kind: z.string(),
      mention: z.looseObject({ place: z.looseObject({ file: z.string() }) }),
    }),
  ),
});

const kindsOf = (ended: Ended): readonly string[] =>
  checked
    .parse(JSON.parse(ended.stdout))
    .findings.map(({ kind, mention }) => `${kind} ${mention.place.file}`);

test('a repository is pinned, checked, moved and unpinned at a real registry, and git sees the spans only', async (t) => {
  if (!shared.isThere(t)) return;
  const { host } = await shared.server();
  const publish = async (name: string, tag: string): Promise<Digest> => {
    const repository = registries.open(host, name);
    const [amd64, arm64] = [sampleImage(), sampleImage(undefined, 'arm64')];
    for (const image of [amd64, arm64]) await storeImage(repository, image);
    const index = sampleIndex([
      { manifest: amd64.manifest, architecture: 'amd64' },
      { manifest: arm64.manifest, architecture: 'arm64' },
    ]);
    await repository.putManifest(index, tag);
    return index.digest;
  };
  const folder = await temporaryFolder(t);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
  const lockkeeper = (...words: readonly string[]): Promise<Ended> => runCommandLine(words, { cwd: folder });
  const files: Readonly<Record<string, string>> = {
    Dockerfile: `ARG APP=${host}/pin/app:1\r\nFROM $APP\r\nFROM ${host}/pin/base:2 AS b`,
    '.github/workflows/ci.yml': `jobs:\n  unit:\n    runs-on: ubuntu-24.04\n    container:   "${host}/pin/base:2"   # the base\n`,
    'values.yaml': `image:\n  registry: ${host}\n  repository: pin/app\n  tag: "1"\n  digest: ''\n`,
  };
  git('init', '-q');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  git('add', '.');
  git('commit', '-qm', 'first');
  const [app, base] = [await publish('pin/app', '1'), await publish('pin/base', '2')];

  const before = await lockkeeper('check', '--json');
  assert.equal(before.status, 3, before.stderr);
  assert.deepEqual(new Set(kindsOf(before).map((each) => each.split(' ')[0])), new Set(['unpinned']));

  assert.equal((await lockkeeper('pin', '--dry-run')).status, 0);
  assert.equal(git('status', '--porcelain'), '');
  const pinned = await lockkeeper('pin');
  assert.equal(pinned.status, 0, pinned.stderr);
  const diff = git('diff', '--word-diff=porcelain', '--word-diff-regex=.', '--no-color');
  const changes = diff.split('\n').filter((line) => /^[+-](?![+-])/.test(line));
  assert.deepEqual(changes, [`+@${base}`, `+@${app}`, `+@${base}`, `+${app}`], diff);
  assert.equal((await lockkeeper('check', '--json')).status, 0);
  git('commit', '-qam', 'pinned');

  const moved = await publish('pin/base', '2');
  const stale = await lockkeeper('check', '--json');
  assert.equal(stale.status, 0);
  assert.deepEqual(kindsOf(stale), ['stale .github/workflows/ci.yml', 'stale Dockerfile']);
  await registries.open(host, 'pin/base').deleteManifest(base);
  const dead = await lockkeeper('check', '--json', '--report', 'github');
  assert.equal(dead.status, 3);
  assert.deepEqual(kindsOf(dead), ['dead .github/workflows/ci.yml', 'dead Dockerfile']);
  assert.match(dead.stderr, /::error file=\.github\/workflows\/ci\.yml,line=4,endLine=4,col=19,/);
  assert.equal((await lockkeeper('pin', '--update', '--only', '**/pin/base')).status, 0);
  assert.match(await readFile(path.join(folder, 'Dockerfile'), 'utf8'), new RegExp(`base:2@${moved} AS b$`));
  assert.equal((await lockkeeper('unpin')).status, 0);
  git('add', '.');
  assert.equal(git('diff', '--stat', 'HEAD~1', '--cached'), '');
});
