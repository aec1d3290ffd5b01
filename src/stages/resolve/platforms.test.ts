import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from '../../../test/support/registry-under-test.ts';
import {
  freshBlob,
  inPieces,
  sampleArtifact,
  sampleBlob,
  sampleImage,
  sampleIndex,
  storeImage,
} from '../../../test/support/sample-images.ts';
import { MemoryRepository } from '../../adapters/registry/memory.ts';
import { limits } from '../../base/limits.ts';
import { descriptorOf, parseManifest, type Manifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { formatPlatform, parsePlatform } from '../../model/platform.ts';
import { imagesOf, selectPlatform } from './platforms.ts';

interface Entry {
  readonly manifest: Manifest;
  readonly platform?: object;
}

function indexOf(entries: readonly Entry[]): Manifest {
  const manifests = entries.map(({ manifest, platform }) => ({
    ...descriptorOf(manifest),
    ...(platform === undefined ? {} : { platform }),
  }));
  return parseManifest(
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests })),
    mediaTypes.ociIndex,
  );
}

const linux = (architecture: string, variant?: string): object => ({
  os: 'linux',
  architecture,
  ...(variant === undefined ? {} : { variant }),
});

async function shown(
  repository: MemoryRepository,
  manifest: Manifest,
): Promise<readonly (readonly [string, string])[]> {
  const images = await imagesOf(repository, descriptorOf(manifest));
  return images.map(({ platform, manifest: { digest } }) => [formatPlatform(platform), digest]);
}

test('an image that stands alone tells its platform in its config', async () => {
  const repository = new MemoryRepository('memory');
  const image = sampleImage(undefined, 'arm64');
  await storeImage(repository, image);
  assert.deepEqual(await shown(repository, image.manifest), [['linux/arm64', image.manifest.digest]]);
});

test('an index is its images in its order, without attestations and artifacts', async () => {
  const repository = new MemoryRepository('memory');
  const [amd, arm, attestation] = [sampleImage(), sampleImage(undefined, 'arm'), sampleImage([])];
  for (const image of [amd, arm, attestation]) await storeImage(repository, image);
  const artifact = sampleArtifact(descriptorOf(amd.manifest));
  await storeImage(repository, artifact);
  const index = indexOf([
    { manifest: arm.manifest, platform: linux('arm', 'v7') },
    { manifest: amd.manifest, platform: linux('x86_64') },
    { manifest: attestation.manifest, platform: { os: 'unknown', architecture: 'unknown' } },
    { manifest: artifact.manifest },
  ]);
  await repository.putManifest(index);
  assert.deepEqual(await shown(repository, index), [
    ['linux/arm/v7', arm.manifest.digest],
    ['linux/amd64', amd.manifest.digest],
  ]);
});

test('an index without platforms is read image by image, and indexes within indexes too', async () => {
  const repository = new MemoryRepository('memory');
  const [amd, arm] = [sampleImage(), sampleImage(undefined, 'arm64')];
  for (const image of [amd, arm]) await storeImage(repository, image);
  const inner = indexOf([{ manifest: arm.manifest }]);
  await repository.putManifest(inner);
  const outer = indexOf([{ manifest: amd.manifest }, { manifest: inner }, { manifest: inner }]);
  await repository.putManifest(outer);
  assert.deepEqual(
    (await shown(repository, outer)).map(([platform]) => platform),
    ['linux/amd64', 'linux/arm64'],
  );
});

test('where two images are for one platform, the first counts', async () => {
  const repository = new MemoryRepository('memory');
  const [first, second] = [sampleImage(), sampleImage()];
  for (const image of [first, second]) await storeImage(repository, image);
  const index = indexOf(
    [first, second].map(({ manifest }) => ({
      manifest,
      platform: { os: 'windows', architecture: 'amd64', 'os.version': manifest.digest },
    })),
  );
  await repository.putManifest(index);
  assert.deepEqual(await shown(repository, index), [['windows/amd64', first.manifest.digest]]);
});

test('indexes that are nested too deep are refused', async () => {
  const repository = new MemoryRepository('memory');
  const image = sampleImage();
  await storeImage(repository, image);
  let outer: Manifest = image.manifest;
  for (let depth = 0; depth <= limits.indexDepthMax; depth += 1) {
    outer = sampleIndex([{ manifest: outer }]);
    await repository.putManifest(outer);
  }
  assert.equal((await failureOf(imagesOf(repository, descriptorOf(outer)))).code, 'content-refused');
});

test('a config that is announced as larger than configs may be is not read', async () => {
  const repository = new MemoryRepository('memory');
  const config = sampleBlob(Buffer.alloc(limits.imageConfigBytesMax + 1, 0x20), mediaTypes.ociConfig);
  await repository.putBlob(config.descriptor, () => inPieces(config.bytes, 1_000_000));
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: [],
  };
  const manifest = parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.ociManifest);
  await repository.putManifest(manifest);
  assert.equal((await failureOf(imagesOf(repository, descriptorOf(manifest)))).code, 'content-refused');
});

for (const [has, wanted, expected] of [
  [['linux/amd64', 'linux/arm64'], 'linux/amd64', 'linux/amd64'],
  [['linux/amd64', 'linux/arm64/v8'], 'linux/arm64', 'linux/arm64'],
  [['linux/arm/v6', 'linux/arm/v7'], 'linux/arm/v7', 'linux/arm/v7'],
  [['linux/arm/v7'], 'linux/arm', 'linux/arm/v7'],
  [['linux/arm/v6', 'linux/arm/v7'], 'linux/arm', undefined],
  [['linux/arm/v7'], 'linux/arm/v6', undefined],
  [['linux/amd64'], 'windows/amd64', undefined],
  [['linux/amd64'], 'linux/riscv64', undefined],
] as const) {
  test(`of ${has.join(' and ')}, the one for ${wanted} is ${expected}`, async () => {
    const repository = new MemoryRepository('memory');
    const entries: Entry[] = [];
    for (const platform of has) {
      const image = sampleImage([freshBlob(10)]);
      await storeImage(repository, image);
      entries.push({ manifest: image.manifest, platform: parsePlatform(platform) });
    }
    const index = indexOf(entries);
    await repository.putManifest(index);
    const found = await selectPlatform(repository, descriptorOf(index), parsePlatform(wanted));
    assert.equal(found === undefined ? undefined : formatPlatform(found.platform), expected);
  });
}
