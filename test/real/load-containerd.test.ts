import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Digest } from '../../src/model/digest.ts';
import { writeBundle, type BundleMember } from '../support/bundles.ts';
import { failureOfRun, runCommandLine, type Ended } from '../support/command-line.ts';
import { startContainerd, type TestContainerd } from '../support/containerd.ts';
import { makeImage } from '../support/images.ts';
import { imageOfKubelet, pullAsKubelet, type KubeletImage } from '../support/kubelet-images.ts';
import { layeredImages, loadedOf, type LayeredImages } from '../support/load-ground.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { containerdKillGround } from '../support/load-killed-containerd.ts';
import { killAndLoadAgain } from '../support/load-killed.ts';
import { lyingProgram } from '../support/lying-program.ts';
import { requirePeer } from '../support/peers.ts';
import { serving } from '../support/served-registry.ts';

let shared: Promise<TestContainerd> | undefined;
after(async () => (await shared)?.stop());

interface Ground extends LayeredImages {
  readonly containerd: TestContainerd;
  readonly folder: string;
  /** Nobody else has it. */
  readonly name: string;
  load(bundle: string, place?: { readonly name?: string; readonly path?: string }): Promise<Ended>;
}

async function ground(t: TestContext, own?: TestContainerd): Promise<Ground | undefined> {
  if (!requirePeer('containerd', t)) return undefined;
  const containerd = own ?? (await (shared ??= startContainerd()));
  const images = await layeredImages();
  const folder = await temporaryFolder(t);
  const name = `registry.example/${images.nonce}/ci:candidate`;
  return {
    ...images,
    containerd,
    folder,
    name,
    load: (bundle, place = {}) =>
      runCommandLine(['load', bundle, '--into', 'containerd', '--as', place.name ?? name, '--json'], {
        cwd: folder,
        env: {
          CONTAINERD_ADDRESS: containerd.address,
          ...(place.path === undefined ? {} : { PATH: place.path }),
        },
      }),
  };
}

/** A bundle of its own in the folder; returns its name there. */
async function bundleOf(
  { folder }: Ground,
  images: BundleMember['images'],
  without: readonly Digest[] = [],
): Promise<string> {
  const bundle = `bundle-${images.map(({ manifest }) => manifest.digest.slice(7, 15)).join('-')}-${without.length}`;
  await writeBundle(path.join(folder, bundle), [{ name: 'ci', images }], without);
  return bundle;
}

function baseLayers({ base }: Ground): readonly Digest[] {
  return base.manifest.layers.map(({ digest }) => digest);
}

async function loadBase(here: Ground): Promise<void> {
  const ended = await here.load(await bundleOf(here, [here.base]), { name: `${here.nonce}/base` });
  assert.equal(ended.status, 0, ended.stderr);
}

function digestAt({ containerd }: Ground, name: string): string | undefined {
  return /sha256:[0-9a-f]{64}/.exec(containerd.ctr('images', 'ls', `name==${name}`))?.[0];
}

function topText({ containerd }: Ground, name: string): string {
  return containerd.ctr('run', '--rm', name, 'look', 'cat', '/etc/top');
}

/** No name of ours, no container, nothing of a container. */
function assertClean({ containerd }: Ground): void {
  assert.doesNotMatch(containerd.ctr('images', 'ls', '-q'), /lockkeeper\.invalid/);
  assert.doesNotMatch(containerd.ctr('containers', 'ls', '-q'), /lockkeeper/);
  assert.doesNotMatch(containerd.ctr('snapshots', 'ls'), /lockkeeper/);
}

test('an empty containerd gets everything, under the digest of the bundle', async (t) => {
  const here = await ground(t);
  if (here === undefined) return;
  const delivery = loadedOf(await here.load(await bundleOf(here, [here.image])))[0]?.deliveries[0];
  assert.deepEqual(delivery?.identity, { kind: 'manifest', digest: here.image.manifest.digest });
  assert.equal(digestAt(here, here.name), here.image.manifest.digest);
  assert.equal(topText(here, here.name), here.nonce);
  assertClean(here);
});

test('the base is there as blobs: one layer goes over, and of a thin bundle as well', async (t) => {
  const here = await ground(t);
  if (here === undefined) return;
  await loadBase(here);
  const thin = await here.load(await bundleOf(here, [here.image], baseLayers(here)));
  assert.deepEqual(loadedOf(thin)[0]?.deliveries[0]?.layers, {
    sent: 1,
    sentBytes: here.image.manifest.layers[2]?.size,
    held: 2,
  });
  assert.equal(topText(here, here.name), here.nonce);
  const full = await here.load(await bundleOf(here, [here.image]));
  assert.equal(loadedOf(full)[0]?.deliveries[0]?.layers.sent, 0);
});

/** It hears of names that others gave a moment later. */
async function foundByKubelet({ address }: TestContainerd, name: string): Promise<KubeletImage> {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = await imageOfKubelet(address, name);
    if (found !== undefined) return found;
    await delay(50);
  }
  return assert.fail(`a kubelet finds ${name}`);
}

test('a kubelet pulled the base and kept no packed layer of it: a thin bundle is enough, and it finds the name', async (t) => {
  if (!requirePeer('containerd', t)) return;
  const containerd = await startContainerd({ kubelet: true });
  t.after(() => containerd.stop());
  const here = await ground(t, containerd);
  assert.ok(here !== undefined);
  await serving(async ({ host }) => {
    const base = `${host}/base:v1`;
    const pushed = ['load', await bundleOf(here, [here.base]), '--into', 'registry', '--as', base];
    assert.equal((await runCommandLine(pushed, { cwd: here.folder, env: {} })).status, 0);
    await pullAsKubelet(containerd.address, base);
    // What it does not keep goes with the next collection, and that is when a name has gone.
    containerd.ctr('images', 'tag', base, `${base}-again`);
    containerd.ctr('images', 'rm', '--sync', `${base}-again`);
  });
  const content = containerd.ctr('content', 'ls', '-q');
  assert.ok(!baseLayers(here).some((layer) => content.includes(layer)), content);
  const ended = await here.load(await bundleOf(here, [here.image], baseLayers(here)));
  assert.equal(loadedOf(ended)[0]?.deliveries[0]?.layers.sent, 1);
  assert.equal(digestAt(here, here.name), here.image.manifest.digest);
  assert.equal(topText(here, here.name), here.nonce);
  const found = await foundByKubelet(containerd, here.name);
  assert.equal(found.id, here.image.manifest.config.digest);
  assert.ok(found.names.includes(here.name), found.names.join(' '));
});

test('a thin bundle whose base is not there: blob-left-out, and nothing was changed', async (t) => {
  const here = await ground(t);
  if (here === undefined) return;
  const before = here.containerd.ctr('content', 'ls', '-q');
  const ended = await here.load(await bundleOf(here, [here.image], baseLayers(here)));
  const failure = failureOfRun(ended, 'blob-left-out');
  assert.ok(failure.message.includes(baseLayers(here)[1] ?? ''), failure.message);
  assert.match(failure.message, /containerd lacks: in the cache base/);
  assert.equal(here.containerd.ctr('content', 'ls', '-q'), before);
});

test('an index keeps its digest, although only the image of this platform goes over', async (t) => {
  const here = await ground(t);
  if (here === undefined) return;
  const other = await makeImage({ architecture: 'riscv64', settings: { Labels: { nonce: here.nonce } } });
  const images = [
    { ...here.image, architecture: process.arch === 'x64' ? 'amd64' : process.arch },
    { ...other, architecture: 'riscv64' },
  ];
  const bundle = await bundleOf(here, images);
  const document = await readFile(path.join(here.folder, bundle, 'lockkeeper.json'), 'utf8');
  const ended = await here.load(bundle);
  const digest = loadedOf(ended)[0]?.deliveries[0]?.identity.digest ?? '';
  assert.ok(document.includes(`"digest": "${digest}"`) && digest !== here.image.manifest.digest);
  assert.equal(digestAt(here, here.name), digest);
  assert.ok(!here.containerd.ctr('content', 'ls', '-q').includes(other.manifest.digest));
  assert.equal(topText(here, here.name), here.nonce);
});

test('an image without a shell, without any program: it starts as well', async (t) => {
  const here = await ground(t);
  if (here === undefined) return;
  const bare = await makeImage({ bare: true, files: [], settings: { Labels: { nonce: here.nonce } } });
  assert.equal((await here.load(await bundleOf(here, [bare]))).status, 0);
  assert.equal(digestAt(here, here.name), bare.manifest.digest);
});

for (const [what, lie] of [
  ['takes the archive and does nothing', 'case "$*" in *"images import"*) cat >/dev/null; exit 0;; esac'],
  [
    'leaves the layers out of the archive',
    `case "$*" in *"images import"*)
  dir=$(mktemp -d); tar -xf - -C "$dir"; find "$dir/blobs" -size +1 -delete
  tar -cf - -C "$dir" . | real "$@" >/dev/null 2>&1; rm -r "$dir"; exit 0;; esac`,
  ],
  ['moves no name', 'case "$*" in *"images tag"*) exit 0;; esac'],
  ['does not start anything', 'case "$*" in *" run "*) echo no room >&2; exit 1;; esac'],
] as const) {
  test(`a containerd whose program says that all is well and ${what}: image-unloadable, and no name`, async (t) => {
    const here = await ground(t);
    if (here === undefined) return;
    const search = await lyingProgram(here.folder, 'ctr', lie);
    const ended = await here.load(await bundleOf(here, [here.image]), { path: search });
    failureOfRun(ended, 'image-unloadable');
    assert.equal(digestAt(here, here.name), undefined);
    assertClean(here);
  });
}

test('killed at any of its steps and run again, load ends in the same state', async (t) => {
  if (!requirePeer('containerd', t)) return;
  await killAndLoadAgain(await containerdKillGround(await (shared ??= startContainerd()), t), [
    { call: 'import', at: 'midst' },
    { call: 'run', at: 'after' },
    { call: 'tag', at: 'before' },
  ]);
});

test('a full disk in containerd: image-unloadable says so, and no name', async (t) => {
  if (!requirePeer('containerd', t) || !requirePeer('unshare', t)) return;
  const small = await startContainerd({ disk: '1m' });
  t.after(() => small.stop());
  const here = await ground(t, small);
  if (here === undefined) return;
  const failure = failureOfRun(await here.load(await bundleOf(here, [here.image])), 'image-unloadable');
  assert.match(failure.message, /no space left/);
  assert.match(failure.hint ?? '', /free space/);
  assert.equal(small.ctr('images', 'ls', '-q'), '');
});

test('no ctr on the PATH: receiver-missing; one that gets no answer: engine-unreachable', async (t) => {
  const here = await ground(t);
  if (here === undefined) return;
  const bundle = await bundleOf(here, [here.image]);
  failureOfRun(await here.load(bundle, { path: here.folder }), 'receiver-missing');
  const silent = await lyingProgram(here.folder, 'ctr', 'echo "connection refused" >&2; exit 1');
  assert.match(
    failureOfRun(await here.load(bundle, { path: silent }), 'engine-unreachable').message,
    /refused/,
  );
});
