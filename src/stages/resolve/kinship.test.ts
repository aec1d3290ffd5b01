import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  sampleImage,
  sampleIndex,
  storeImage,
  type SampleImage,
} from '../../../test/support/sample-images.ts';
import { MemoryRepository } from '../../adapters/registry/memory.ts';
import { Failure } from '../../base/failure.ts';
import { descriptorOf, type Manifest } from '../../model/manifest.ts';
import { parsePlatform } from '../../model/platform.ts';
import type { Kinship } from '../../model/resolution.ts';
import { kinshipOf } from './kinship.ts';

async function stored(repository: MemoryRepository, images: readonly SampleImage[]): Promise<Manifest> {
  for (const image of images) await storeImage(repository, image);
  const [amd, arm] = images;
  const index = sampleIndex(
    [amd, arm].flatMap((image, at) =>
      image === undefined ? [] : [{ manifest: image.manifest, architecture: at === 0 ? 'amd64' : 'arm64' }],
    ),
  );
  await repository.putManifest(index);
  return index;
}

const kinship = (
  repository: MemoryRepository,
  pinned: Manifest,
  now: Manifest,
  ...platforms: readonly string[]
): Promise<Kinship> =>
  kinshipOf(
    repository,
    pinned.digest,
    descriptorOf(now),
    platforms.map((text) => parsePlatform(text)),
  );

test('the same, gone, or another image', async () => {
  const repository = new MemoryRepository('memory');
  const [one, two, never] = [sampleImage(), sampleImage(), sampleImage()];
  await storeImage(repository, one);
  await storeImage(repository, two);
  assert.deepEqual(await kinship(repository, one.manifest, one.manifest), { kind: 'same' });
  assert.deepEqual(await kinship(repository, never.manifest, one.manifest), { kind: 'dead' });
  assert.deepEqual(await kinship(repository, two.manifest, one.manifest), { kind: 'other' });
});

test('two indexes are told apart by the platforms that count', async () => {
  const repository = new MemoryRepository('memory');
  const [amd, arm, newArm] = [
    sampleImage(),
    sampleImage(undefined, 'arm64'),
    sampleImage(undefined, 'arm64'),
  ];
  const [before, after] = [await stored(repository, [amd, arm]), await stored(repository, [amd, newArm])];
  assert.deepEqual(await kinship(repository, before, after), { kind: 'other' });
  assert.deepEqual(await kinship(repository, before, after, 'linux/amd64'), { kind: 'same images' });
  assert.deepEqual(await kinship(repository, before, after, 'linux/arm64'), { kind: 'other' });
  assert.deepEqual(await kinship(repository, before, after, 'linux/s390x'), { kind: 'other' });
});

test('a pin to one platform follows that platform', async () => {
  const repository = new MemoryRepository('memory');
  const [amd, arm, newAmd, alone] = [
    sampleImage(),
    sampleImage(undefined, 'arm64'),
    sampleImage(),
    sampleImage(undefined, 's390x'),
  ];
  const [before, after] = [await stored(repository, [amd, arm]), await stored(repository, [newAmd, arm])];
  await storeImage(repository, alone);
  assert.deepEqual(await kinship(repository, amd.manifest, before), {
    kind: 'one platform',
    platform: 'linux/amd64',
    now: amd.manifest.digest,
  });
  assert.deepEqual(await kinship(repository, amd.manifest, after), {
    kind: 'one platform',
    platform: 'linux/amd64',
    now: newAmd.manifest.digest,
  });
  assert.deepEqual(await kinship(repository, alone.manifest, after), {
    kind: 'one platform',
    platform: 'linux/s390x',
    now: undefined,
  });
});

test('what cannot be found out is said, and an interruption is thrown', async () => {
  const [one, two] = [sampleImage(), sampleImage()];
  for (const code of ['registry-timeout', 'interrupted'] as const) {
    const repository = new MemoryRepository('memory');
    await storeImage(repository, one);
    repository.resolve = () => Promise.reject(new Failure(code, 'no'));
    const asked = kinship(repository, two.manifest, one.manifest);
    if (code === 'interrupted') await assert.rejects(asked, /no/);
    else assert.equal((await asked).kind, 'unknown');
  }
});
