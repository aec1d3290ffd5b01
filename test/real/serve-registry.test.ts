import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { verifyBundle } from '../../src/flows/bundle-verify.ts';
import { parseBundle, type Bundle } from '../../src/model/bundle.ts';
import type { Digest } from '../../src/model/digest.ts';
import { copyImage } from '../../src/ports/copy.ts';
import { runCommandLine } from '../support/command-line.ts';
import { startContainerd } from '../support/containerd.ts';
import { realEngine } from '../support/engine.ts';
import { makeImage, textFile, type TestImage } from '../support/images.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { requirePeer } from '../support/peers.ts';
import { realRegistries, sharedRegistry } from '../support/real-registry.ts';

const shared = sharedRegistry();
const registries = realRegistries(noCredentials);

interface Ground {
  readonly folder: string;
  readonly nonce: string;
  /** In a registry that is not ours, as `base` and as `image`. */
  readonly base: TestImage & { readonly reference: string };
  readonly image: TestImage & { readonly reference: string };
}

/** An image of three layers, of which the lower two are an image of their own; docker asks for layers above 10 MB only. */
async function ground(t: TestContext): Promise<Ground | undefined> {
  if (!shared.isThere(t)) return undefined;
  const { host } = await shared.server();
  const nonce = randomUUID();
  const files = [textFile('etc/base', nonce + '.'.repeat(11_000_000))];
  const store = async (
    image: TestImage,
    name: string,
  ): Promise<TestImage & { readonly reference: string }> => {
    const repository = `serve/${nonce}/${name}`;
    await copyImage(image.repository, registries.open(host, repository), image.manifest.digest, { tag: '1' });
    return { ...image, reference: `${host}/${repository}:1` };
  };
  return {
    folder: await temporaryFolder(t),
    nonce,
    base: await store(await makeImage({ files }), 'base'),
    image: await store(await makeImage({ files, top: [textFile('etc/top', nonce)] }), 'image'),
  };
}

/** Runs shell lines beside a registry of ours; `$1` is the image in it. */
async function beside(
  { folder }: Ground,
  words: readonly string[],
  lines: string,
): Promise<{ readonly received: number; readonly stdout: string }> {
  const script = `set -eu; set -- "$LOCKKEEPER_REGISTRY/team/ci:v1"; ${lines}`;
  const ended = await runCommandLine(['serve-registry', '--verbose', ...words, '--', 'sh', '-c', script], {
    cwd: folder,
  });
  assert.equal(ended.status, 0, ended.stderr);
  const pieces = [...ended.stderr.matchAll(/^(?:POST|PATCH|PUT) .* (\d+) B in,/gm)];
  return { received: pieces.reduce((sum, [, bytes]) => sum + Number(bytes), 0), stdout: ended.stdout };
}

async function captured({ folder }: Ground): Promise<Bundle> {
  const bundle = path.join(folder, 'bundle');
  await verifyBundle(bundle, undefined, diskLayouts);
  return parseBundle(await readFile(path.join(bundle, 'lockkeeper.json')), bundle);
}

const skopeo = 'skopeo --insecure-policy copy --quiet --preserve-digests';

/** The image comes in by skopeo, which moves bytes as they are. */
async function capture(here: Ground): Promise<number> {
  const { received } = await beside(
    here,
    ['--capture', 'bundle', '--thin-against', here.base.reference],
    `${skopeo} --src-tls-verify=false --dest-tls-verify=false docker://${here.image.reference} "docker://$1"`,
  );
  return received;
}

test('skopeo pushes only what the base lacks, and the bundle is whole for whoever verifies it', async (t) => {
  const here = await ground(t);
  if (here === undefined || !requirePeer('skopeo', t)) return;
  const received = await capture(here);
  const { manifest } = here.image;
  const top = manifest.layers.at(-1)?.size ?? 0;
  assert.equal(received, top + manifest.config.size + manifest.bytes.length, 'not one byte of the base');
  const { members, leftOut } = await captured(here);
  assert.deepEqual(
    members.map(({ image, digest }) => [image, digest]),
    [['ci', manifest.digest]],
  );
  assert.deepEqual(
    leftOut.map(({ digest }) => digest).toSorted(),
    here.base.manifest.layers.map(({ digest }) => digest).toSorted(),
  );
});

test('docker, podman, skopeo and containerd pull a thin bundle whole, with the digest that it had', async (t) => {
  const here = await ground(t);
  if (here === undefined || !requirePeer('skopeo', t)) return;
  await capture(here);
  const { digest } = here.image.manifest;
  const pull = (lines: string): Promise<{ readonly stdout: string }> =>
    beside(here, ['--serve', 'bundle'], lines);
  for (const kind of ['docker', 'podman'] as const) {
    await t.test(kind, async (each) => {
      if ((await realEngine(kind, each)) === undefined) return;
      const plain = kind === 'podman' ? '--tls-verify=false' : '';
      const { stdout } = await pull(
        `${kind} pull --quiet ${plain} "$1" >&2
        ${kind} image inspect --format '{{json .RepoDigests}} {{json .RootFS.Layers}}' "$1"
        ${kind} image rm "$1" >&2`,
      );
      assert.ok(stdout.includes(`/team/ci@${digest}`), stdout);
      for (const diffId of here.image.diffIds) assert.ok(stdout.includes(diffId), stdout);
    });
  }
  await t.test('skopeo', async () => {
    await pull(`${skopeo} --src-tls-verify=false "docker://$1" oci:pulled:v1`);
    const layout = await diskLayouts.open(path.join(here.folder, 'pulled'));
    assert.equal((await layout.resolve('v1'))?.digest, digest);
    for (const { digest: layer } of here.image.manifest.layers) assert.ok(await layout.hasBlob(layer));
  });
  await t.test('containerd', async (each) => {
    if (!requirePeer('containerd', each)) return;
    const containerd = await startContainerd();
    each.after(() => containerd.stop());
    await pull(
      `ctr --address '${containerd.address}' --namespace k8s.io images pull --plain-http "$1" >&2
      ctr --address '${containerd.address}' --namespace k8s.io images check >&2`,
    );
    assert.match(containerd.ctr('images', 'ls'), new RegExp(`/team/ci:v1 .*${digest}`));
    assert.match(containerd.ctr('images', 'check'), /complete \((\d+)\/\1\)/);
  });
});

for (const kind of ['docker', 'podman'] as const) {
  test(`${kind} pushes, and the bundle holds the digest that it says`, async (t) => {
    const here = await ground(t);
    if (here === undefined || (await realEngine(kind, t)) === undefined) return;
    const plain = kind === 'podman' ? '--tls-verify=false' : '';
    const { stdout, received } = await beside(
      here,
      ['--capture', 'bundle', '--thin-against', here.base.reference],
      `${kind} pull --quiet ${plain} ${here.image.reference} >&2
      ${kind} tag ${here.image.reference} "$1"
      ${kind === 'podman' ? 'podman push --quiet --tls-verify=false --digestfile pushed "$1" >&2; cat pushed' : 'docker push "$1"'}
      ${kind} image rm "$1" ${here.image.reference} >&2`,
    );
    const { members, leftOut } = await captured(here);
    const [, said] = /(sha256:[0-9a-f]{64})/.exec(stdout) ?? [];
    assert.deepEqual(
      members.map(({ image, digest }) => [image, digest]),
      [['ci', said]],
    );
    // docker asks for layers that it pulled by the digests that they had; podman packs them anew, and its digests are new.
    if (kind === 'docker')
      assert.deepEqual(
        leftOut.map(({ digest }) => digest).toSorted(),
        here.base.manifest.layers.map(({ digest }) => digest).toSorted(),
      );
    assert.ok(received > 0);
    const id: Digest = here.image.config;
    const layout = await diskLayouts.open(path.join(here.folder, 'bundle'));
    const [member] = members;
    assert.ok(member !== undefined);
    const manifest = await layout.manifest(member.digest);
    assert.equal(
      manifest.kind === 'manifest' && manifest.config.digest,
      id,
      'the same config, so the same image',
    );
  });
}
