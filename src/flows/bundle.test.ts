import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  bytesOf,
  freshBlob,
  sampleArtifact,
  sampleImage,
  storeImage,
  type SampleImage,
} from '../../test/support/sample-images.ts';
import { failureOf } from '../../test/support/registry-under-test.ts';
import { makeWorld, registry, type World } from '../../test/support/world.ts';
import { digestOf } from '../model/digest.ts';
import type { Bundle } from '../model/bundle.ts';
import { parseImageSource, parseWantedImage } from '../model/image-source.ts';
import { descriptorOf } from '../model/manifest.ts';
import { completeBundle } from './bundle-complete.ts';
import { createBundle, type CreateOrder } from './bundle-create.ts';
import { inspectBundle } from './bundle-inspect.ts';
import { mergeBundles } from './bundle-merge.ts';
import { verifyBundle } from './bundle-verify.ts';

const config = `version: 1
images:
  ci: {baseline: "r.test/ci:1", image: "r.test/ci:2"}
suites:
  unit: {source: source, command: "true", results: {format: tap, stdout: true}}
`;
const commit = 'c'.repeat(40);

interface Ground {
  readonly world: World;
  readonly at: (name: string) => string;
  readonly create: (out: string, images: readonly string[], more?: Partial<CreateOrder>) => Promise<Bundle>;
  /** An image on the base, in the registry. */
  readonly push: (name: string, image: SampleImage, tag?: string) => Promise<void>;
  readonly base: SampleImage;
}

/** A registry with a base image. */
async function setGround(t: TestContext): Promise<Ground> {
  const world = await makeWorld(t, config);
  const base = real([freshBlob(4000), freshBlob(3000)]);
  const at = (name: string): string => path.join(world.folder, name);
  const push: Ground['push'] = (name, image, tag = 'v1') => storeImage(world.repository(name), image, tag);
  await push('base', base);
  return {
    world,
    at,
    base,
    push,
    create: (out, images, more = {}) =>
      createBundle(
        {
          images: images.map(parseWantedImage),
          out: at(out),
          thinAgainst: [],
          cacheKey: undefined,
          commit: undefined,
          createdAt: '2026-11-21T00:00:00.000Z',
          ...more,
        },
        world.tools,
        world.watching,
      ),
  };
}

/** Its layers are what its config says, so that it passes for sound. */
function real(layers: SampleImage['layers'], architecture = 'amd64'): SampleImage {
  return sampleImage(
    layers,
    architecture,
    layers.map(({ bytes }) => digestOf(bytes)),
  );
}

const thin = { thinAgainst: [parseImageSource(`${registry}/base:v1`)] };

test('images of a registry are put into one bundle, each blob once, under the names that tools show', async (t) => {
  const { create, push, base, at, world } = await setGround(t);
  const [first, second] = [real([...base.layers, freshBlob(100)]), real([...base.layers, freshBlob(200)])];
  await push('team/ci', first);
  await push('team/tools', second);
  const bundle = await create('b', [`${registry}/team/ci:v1`, `lint=${registry}/team/tools:v1`], { commit });
  assert.deepEqual(
    bundle.members.map(({ image, digest }) => [image, digest]),
    [
      ['ci', first.manifest.digest],
      ['lint', second.manifest.digest],
    ],
  );
  assert.equal(bundle.source.commit, commit);
  const inspected = await inspectBundle(at('b'), world.tools.layouts);
  assert.equal(inspected.members[0]?.imageName, `${registry}/team/ci:v1`);
  const verified = await verifyBundle(at('b'), undefined, world.tools.layouts);
  // Two manifests, two configs, four layers of which two are shared.
  assert.equal(verified.blobs, 8);
  assert.equal(inspected.bytesLeftOut, 0);
});

test('layers of the base stay behind, are listed with where they are, and are fetched by complete', async (t) => {
  const { create, push, base, at, world } = await setGround(t);
  const own = freshBlob(100);
  await push('ci', real([...base.layers, own]));
  const bundle = await create('b', [`${registry}/ci:v1`], { ...thin, cacheKey: 'base-layers' });
  assert.deepEqual(
    bundle.leftOut.map(({ digest }) => digest),
    base.layers.map(({ descriptor }) => descriptor.digest).toSorted(),
  );
  assert.deepEqual(bundle.leftOut[0]?.sources, [
    { kind: 'registry', reference: `${registry}/base@${base.manifest.digest}` },
    { kind: 'cache', key: 'base-layers' },
  ]);
  assert.equal((await inspectBundle(at('b'), world.tools.layouts)).bytesLeftOut, 7000);
  assert.equal((await verifyBundle(at('b'), undefined, world.tools.layouts)).blobs, 3);
  const whole = await completeBundle({ bundle: at('b'), from: [] }, world.tools, world.watching);
  assert.deepEqual(whole, { ...bundle, leftOut: [] });
  assert.equal((await verifyBundle(at('b'), undefined, world.tools.layouts)).blobs, 5);
  assert.deepEqual(await completeBundle({ bundle: at('b'), from: [] }, world.tools, world.watching), whole);
});

test('what no registry has comes from a bundle that is named, or is named itself', async (t) => {
  const { create, push, base, at, world } = await setGround(t);
  await push('ci', real([...base.layers, freshBlob(100)]));
  const full = await create('base', [`${registry}/base:v1`]);
  const bundle = await create('b', [`${registry}/ci:v1`], {
    thinAgainst: [parseImageSource(`oci:${at('base')}`)],
  });
  assert.deepEqual(bundle.leftOut[0]?.sources, [{ kind: 'bundle', set: full.set }]);
  const failure = await failureOf(completeBundle({ bundle: at('b'), from: [] }, world.tools, world.watching));
  assert.equal(failure.code, 'blob-missing');
  assert.ok(failure.hint?.includes(full.set));
  await completeBundle({ bundle: at('b'), from: [at('base')] }, world.tools, world.watching);
  assert.equal((await verifyBundle(at('b'), undefined, world.tools.layouts)).bundle.leftOut.length, 0);
});

test('what an artifact of the base holds is no layer that a receiver of the base has', async (t) => {
  const { create, push, base, at, world } = await setGround(t);
  const told = sampleArtifact(descriptorOf(base.manifest));
  await create('base', [`${registry}/base:v1`]);
  await storeImage(await world.tools.layouts.open(at('base')), told);
  await push('ci', real([...base.layers, ...told.layers]));
  const bundle = await create('b', [`${registry}/ci:v1`], {
    thinAgainst: [parseImageSource(`oci:${at('base')}`)],
  });
  assert.equal(bundle.leftOut.length, base.layers.length);
});

test('an archive holds the same, byte for byte the same each time, and is unpacked by verify', async (t) => {
  const { create, push, base, at, world } = await setGround(t);
  await push('ci', real([...base.layers, freshBlob(100)]));
  for (const name of ['a.tar', 'b.tar']) await create(name, [`${registry}/ci:v1`], thin);
  assert.deepEqual(await readFile(at('a.tar')), await readFile(at('b.tar')));
  const { layouts } = world.tools;
  assert.equal((await inspectBundle(at('a.tar'), layouts)).members.length, 1);
  await verifyBundle(at('a.tar'), at('out'), layouts);
  assert.deepEqual(
    await verifyBundle(at('out'), undefined, layouts),
    await verifyBundle(at('a.tar'), undefined, layouts),
  );
  const failure = await failureOf(
    completeBundle({ bundle: at('a.tar'), from: [] }, world.tools, world.watching),
  );
  assert.equal(failure.code, 'path-refused');
  assert.match(failure.hint ?? '', /bundle verify .* --out/);
});

test('the same bundle again is no work; another one, or anything else, is not overwritten', async (t) => {
  const { create, push, at, world } = await setGround(t);
  await push('ci', real([freshBlob(10)]));
  const first = await create('b', [`${registry}/ci:v1`]);
  assert.deepEqual(
    await create('b', [`${registry}/ci:v1`], { createdAt: '2027-01-01T00:00:00.000Z' }),
    first,
  );
  assert.equal((await failureOf(create('b', [`${registry}/base:v1`]))).code, 'output-exists');
  assert.equal((await failureOf(create('source', [`${registry}/ci:v1`]))).code, 'output-exists');
  assert.equal((await inspectBundle(at('b'), world.tools.layouts)).set, first.set);
});

test('two images of one name, an image that is not there, and an engine to leave out against are refused', async (t) => {
  const { create } = await setGround(t);
  const refused = async (images: readonly string[], more = {}): Promise<string> =>
    (await failureOf(create('b', images, more))).code;
  assert.equal(await refused([`${registry}/base:v1`, `${registry}/base:v1`]), 'usage');
  assert.equal(await refused([`${registry}/nothing:v1`]), 'manifest-missing');
  const engine = { thinAgainst: [parseImageSource('docker-daemon:base')] };
  assert.equal(await refused([`${registry}/base:v1`], engine), 'usage');
});

test('bundles of two processors become one with an index, and what either left out comes from the other', async (t) => {
  const { create, push, base, at, world } = await setGround(t);
  const [left, right] = [
    real([...base.layers, freshBlob(10)]),
    real([...base.layers, freshBlob(20)], 'arm64'),
  ];
  await push('ci', left, 'amd64');
  await push('ci', right, 'arm64');
  await create('amd64.tar', [`${registry}/ci:amd64`], { ...thin, commit });
  await create('arm64', [`${registry}/ci:arm64`], { commit });
  const merge = (out: string, more = {}): Promise<Bundle> =>
    mergeBundles(
      {
        bundles: [at('amd64.tar'), at('arm64')],
        out: at(out),
        platforms: [],
        anyCommit: false,
        createdAt: '2026-11-21T00:00:00.000Z',
        ...more,
      },
      world.tools,
      world.watching,
    );
  const merged = await merge('all');
  const [member] = merged.members;
  assert.deepEqual(
    member?.platforms.map(({ platform, manifest }) => [platform, manifest]),
    [
      ['linux/amd64', left.manifest.digest],
      ['linux/arm64', right.manifest.digest],
    ],
  );
  assert.equal(merged.source.commit, commit);
  assert.deepEqual(merged.leftOut, []);
  const verified = await verifyBundle(at('all'), undefined, world.tools.layouts);
  assert.equal(verified.manifests, 3);
  const layout = await world.tools.layouts.open(at('all'));
  assert.deepEqual(
    Buffer.from((await layout.manifest(left.manifest.digest)).bytes),
    Buffer.from(left.manifest.bytes),
  );
  assert.equal((await merge('again')).members[0]?.digest, member?.digest);
  assert.equal((await failureOf(merge('x', { platforms: ['linux/s390x'] }))).code, 'bundle-conflict');
});

test('bundles of bundles keep what their images are, and their bytes', async (t) => {
  const { create, push, base, at, world } = await setGround(t);
  await push('ci', real([...base.layers, freshBlob(100)]));
  const first = await create('first', [`${registry}/ci:v1`], { ...thin, commit });
  const second = await create('second.tar', [`oci:${at('first')}`]);
  assert.deepEqual(second, first);
  const layout = await world.tools.layouts.open(at('second.tar'));
  const manifest = await layout.manifest(first.members[0]?.digest ?? base.manifest.digest);
  assert.ok(manifest.kind === 'manifest' && manifest.layers.length === 3);
  const [, , own] = manifest.layers;
  assert.ok(own !== undefined && (await bytesOf(layout.blob(own))).length === 100);
});
