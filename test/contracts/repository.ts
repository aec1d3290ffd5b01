import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { isFailure, type FailureCode } from '../../src/base/failure.ts';
import { digestOf, parseDigest } from '../../src/model/digest.ts';
import { descriptorOf, parseManifest } from '../../src/model/manifest.ts';
import { mediaTypes } from '../../src/model/media-type.ts';
import { copyImage } from '../../src/ports/copy.ts';
import type { Repository } from '../../src/ports/repository.ts';
import {
  bytesOf,
  freshBlob,
  inPieces,
  sampleArtifact,
  sampleBlob,
  sampleImage,
  sampleIndex,
  storeImage,
} from '../support/sample-images.ts';

export interface RepositoryContract {
  /** False: what it is made of is missing, and the test was skipped. */
  readonly isThere?: (t: TestContext) => boolean;
  /** An empty repository that nobody else uses. */
  readonly make: () => Promise<Repository>;
  /** Two repositories of one registry, by their paths in it; undefined where there are no registries. */
  readonly makePair?: () => Promise<{
    readonly from: Repository;
    readonly fromPath: string;
    readonly to: Repository;
  }>;
}

const nobody = parseDigest(`sha256:${'0'.repeat(64)}`);

function failsWith(...codes: readonly FailureCode[]): (error: unknown) => boolean {
  return (error) => {
    assert.ok(isFailure(error, ...codes), `expected ${codes.join(' or ')}, got ${String(error)}`);
    return true;
  };
}

/** Distribution 2 takes manifests by sha256 only; places that take both run this as well. */
export function sha512Contract(what: string, make: () => Promise<Repository>): void {
  test(`${what}: a manifest may be known by its sha512, in an index and under a tag`, async () => {
    const [from, to] = [await make(), await make()];
    const { config, layers, manifest } = sampleImage();
    const digest = digestOf(manifest.bytes, 'sha512');
    const strong = parseManifest(manifest.bytes, manifest.mediaType, digest);
    for (const blob of [config, ...layers]) await from.putBlob(blob.descriptor, () => inPieces(blob.bytes));
    await from.putManifest(strong, 'strong');
    assert.equal((await from.resolve(digest))?.digest, digest);
    assert.equal((await from.manifest(digest)).digest, digest);
    const index = sampleIndex([{ manifest: strong, architecture: 'amd64' }]);
    await from.putManifest(index, 'multi');
    await copyImage(from, to, index.digest, { tag: 'copied' });
    assert.equal((await to.resolve('copied'))?.digest, index.digest);
    assert.deepEqual(Buffer.from((await to.manifest(digest)).bytes), Buffer.from(manifest.bytes));
  });
}

/** What every {@link Repository} promises, whatever it is made of. */
export function repositoryContract(
  what: string,
  { make, makePair, isThere = () => true }: RepositoryContract,
): void {
  const it = (name: string, work: (repository: Repository) => Promise<void>): void => {
    test(`${what}: ${name}`, async (t) => {
      if (isThere(t)) await work(await make());
    });
  };

  it('an empty repository resolves nothing, has no blob, no tags and no referrers', async (repository) => {
    assert.equal(await repository.resolve('latest'), undefined);
    assert.equal(await repository.resolve(nobody), undefined);
    assert.equal(await repository.hasBlob(nobody), false);
    assert.deepEqual(await repository.tags(), []);
    assert.deepEqual(await repository.referrers(nobody), []);
  });

  it('what is not there is a failure that says what', async (repository) => {
    await assert.rejects(repository.manifest(nobody), failsWith('manifest-missing'));
    await assert.rejects(
      bytesOf(repository.blob({ mediaType: mediaTypes.ociLayer, digest: nobody, size: 3 })),
      failsWith('blob-missing'),
    );
  });

  it('a name that follows no grammar is refused before anything is asked', async (repository) => {
    for (const selector of ['../../etc', 'a b', '', 'sha256:0', 'x'.repeat(129), '.hidden', 'a/b']) {
      await assert.rejects(repository.resolve(selector), failsWith('reference-invalid'), selector);
    }
  });

  it('a blob comes back byte for byte, and is stored once', async (repository) => {
    const blob = freshBlob(300_000);
    assert.equal(await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes)), 'stored');
    assert.equal(await repository.hasBlob(blob.descriptor.digest), true);
    assert.deepEqual(await bytesOf(repository.blob(blob.descriptor)), blob.bytes);
    const unread = (): never => assert.fail('a blob that is there is not read again');
    assert.equal(await repository.putBlob(blob.descriptor, unread), 'present');
  });

  it('a blob without a byte is a blob', async (repository) => {
    const empty = sampleBlob('');
    assert.equal(await repository.putBlob(empty.descriptor, () => inPieces(empty.bytes)), 'stored');
    assert.deepEqual(await bytesOf(repository.blob(empty.descriptor)), Buffer.alloc(0));
  });

  it('bytes of another digest are not stored', async (repository) => {
    const promised = freshBlob(5000);
    const other = freshBlob(5000);
    await assert.rejects(
      repository.putBlob(promised.descriptor, () => inPieces(other.bytes)),
      failsWith('content-mismatch'),
    );
    assert.equal(await repository.hasBlob(promised.descriptor.digest), false);
    assert.equal(await repository.hasBlob(other.descriptor.digest), false);
  });

  it('a source that is wrong once is read once more from its beginning', async (repository) => {
    const blob = freshBlob(5000);
    let opened = 0;
    const open = (): AsyncIterable<Uint8Array> => {
      opened += 1;
      return inPieces(opened === 1 ? freshBlob(5000).bytes : blob.bytes);
    };
    assert.equal(await repository.putBlob(blob.descriptor, open), 'stored');
    assert.equal(opened, 2);
    assert.deepEqual(await bytesOf(repository.blob(blob.descriptor)), blob.bytes);
  });

  it('too few and too many bytes are not stored', async (repository) => {
    const { descriptor, bytes } = freshBlob(5000);
    for (const size of [4999, 5001]) {
      await assert.rejects(
        repository.putBlob({ ...descriptor, size }, () => inPieces(bytes)),
        failsWith('content-mismatch'),
      );
    }
    assert.equal(await repository.hasBlob(descriptor.digest), false);
  });

  it('an error of the source comes out as it is, and nothing is stored', async (repository) => {
    const { descriptor, bytes } = freshBlob(5000);
    const broken = new RangeError('the source broke');
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield* inPieces(bytes.subarray(0, 3000));
      throw broken;
    }
    await assert.rejects(repository.putBlob(descriptor, breaking), (error) => error === broken);
    assert.equal(await repository.hasBlob(descriptor.digest), false);
  });

  it('a blob that was promised with another size is refused', async (repository) => {
    const { descriptor, bytes } = freshBlob(5000);
    await repository.putBlob(descriptor, () => inPieces(bytes));
    await assert.rejects(
      bytesOf(repository.blob({ ...descriptor, size: 4000 })),
      failsWith('content-mismatch'),
    );
    await assert.rejects(
      bytesOf(repository.blob({ ...descriptor, size: 6000 })),
      failsWith('content-mismatch'),
    );
  });

  it('reading may end before the blob does', async (repository) => {
    const { descriptor, bytes } = freshBlob(3_000_000);
    await repository.putBlob(descriptor, () => inPieces(bytes, 100_000));
    for await (const piece of repository.blob(descriptor)) {
      assert.ok(piece.length > 0);
      break;
    }
    assert.deepEqual(await bytesOf(repository.blob(descriptor)), bytes);
  });

  it('a manifest is found by tag and by digest, byte for byte', async (repository) => {
    const image = sampleImage();
    await storeImage(repository, image, 'v1');
    const expected = descriptorOf(image.manifest);
    assert.deepEqual(await repository.resolve('v1'), expected);
    assert.deepEqual(await repository.resolve(image.manifest.digest), expected);
    assert.deepEqual(
      Buffer.from((await repository.manifest(image.manifest.digest)).bytes),
      Buffer.from(image.manifest.bytes),
    );
    assert.deepEqual(await repository.tags(), ['v1']);
  });

  it('bytes that nobody would write again stay as they are', async (repository) => {
    const { config, layers, manifest } = sampleImage();
    const strange = parseManifest(
      Buffer.from(Buffer.from(manifest.bytes).toString().replace('{', '{ \n\t"x-unknown": 1.50,')),
      manifest.mediaType,
    );
    for (const blob of [...layers, config])
      await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes));
    await repository.putManifest(strange, 'strange');
    assert.equal((await repository.resolve('strange'))?.digest, strange.digest);
    assert.deepEqual(
      Buffer.from((await repository.manifest(strange.digest)).bytes),
      Buffer.from(strange.bytes),
    );
  });

  it('a tag moves, and what it pointed to stays by digest', async (repository) => {
    const [first, second] = [sampleImage(), sampleImage()];
    await storeImage(repository, first, 'stable');
    await storeImage(repository, second, 'stable');
    assert.equal((await repository.resolve('stable'))?.digest, second.manifest.digest);
    assert.equal((await repository.resolve(first.manifest.digest))?.digest, first.manifest.digest);
    assert.deepEqual(await repository.tags(), ['stable']);
    await repository.putManifest(first.manifest, 'stable');
    assert.equal((await repository.resolve('stable'))?.digest, first.manifest.digest);
  });

  it('one manifest may have several tags', async (repository) => {
    const image = sampleImage();
    await storeImage(repository, image, 'a');
    await repository.putManifest(image.manifest, 'b');
    await repository.putManifest(image.manifest);
    assert.deepEqual((await repository.tags()).toSorted(), ['a', 'b']);
  });

  it('a manifest without its blobs is refused', async (repository) => {
    const { manifest, config, layers } = sampleImage();
    await repository.putBlob(config.descriptor, () => inPieces(config.bytes));
    await assert.rejects(repository.putManifest(manifest, 'v1'), failsWith('blob-missing'));
    assert.equal(await repository.resolve('v1'), undefined);
    for (const blob of layers) await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes));
    await repository.putManifest(manifest, 'v1');
  });

  it('an index needs its manifests, and leads to them', async (repository) => {
    const [left, right] = [sampleImage(), sampleImage(undefined, 'arm64')];
    const index = sampleIndex([
      { ...left, architecture: 'amd64' },
      { ...right, architecture: 'arm64' },
    ]);
    await storeImage(repository, left);
    await assert.rejects(repository.putManifest(index, 'multi'), failsWith('blob-missing'));
    await storeImage(repository, right);
    await repository.putManifest(index, 'multi');
    assert.deepEqual(await repository.resolve('multi'), descriptorOf(index));
    assert.equal((await repository.manifest(index.digest)).kind, 'index');
    for (const { manifest } of [left, right])
      assert.deepEqual(await repository.resolve(manifest.digest), descriptorOf(manifest));
  });

  it('Docker media types are kept', async (repository) => {
    const layer = freshBlob(100);
    const config = sampleBlob(
      JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } }),
      mediaTypes.dockerConfig,
    );
    const document = {
      schemaVersion: 2,
      mediaType: mediaTypes.dockerManifest,
      config: config.descriptor,
      layers: [{ ...layer.descriptor, mediaType: mediaTypes.dockerLayerGzip }],
    };
    const manifest = parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.dockerManifest);
    for (const blob of [layer, config]) await repository.putBlob(blob.descriptor, () => inPieces(blob.bytes));
    await repository.putManifest(manifest, 'docker');
    assert.equal((await repository.resolve('docker'))?.mediaType, mediaTypes.dockerManifest);
    assert.equal((await repository.manifest(manifest.digest)).mediaType, mediaTypes.dockerManifest);
  });

  for (const [compression, mediaType] of [
    ['zstd', mediaTypes.ociLayerZstd],
    ['gzip', mediaTypes.ociLayerGzip],
    ['no', mediaTypes.ociLayer],
  ] as const) {
    it(`layers with ${compression} compression keep bytes and media type`, async (repository) => {
      const { bytes } = freshBlob(3000);
      const packed = { zstd: zstdCompressSync, gzip: gzipSync, no: (plain: Uint8Array) => plain }[
        compression
      ](bytes);
      const layer = sampleBlob(packed, mediaType);
      const image = sampleImage([layer]);
      await storeImage(repository, image, 'v1');
      const stored = await repository.manifest(image.manifest.digest);
      assert.equal(stored.kind === 'manifest' ? stored.layers[0]?.mediaType : undefined, mediaType);
      assert.deepEqual(await bytesOf(repository.blob(layer.descriptor)), Buffer.from(packed));
    });
  }

  it('Docker’s list of manifests is kept', async (repository) => {
    const image = sampleImage();
    await storeImage(repository, image);
    const document = {
      schemaVersion: 2,
      mediaType: mediaTypes.dockerIndex,
      manifests: [{ ...descriptorOf(image.manifest), platform: { os: 'linux', architecture: 'amd64' } }],
    };
    const index = parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.dockerIndex);
    await repository.putManifest(index, 'list');
    assert.deepEqual(await repository.resolve('list'), descriptorOf(index));
    assert.equal((await repository.manifest(index.digest)).mediaType, mediaTypes.dockerIndex);
  });

  it('a layer that lies elsewhere by licence need not be there', async (repository) => {
    const { config } = sampleImage([]);
    const foreign = {
      ...freshBlob(10).descriptor,
      mediaType: mediaTypes.dockerForeignLayerGzip,
      urls: ['https://licensor.test/layer'],
    };
    const document = {
      schemaVersion: 2,
      mediaType: mediaTypes.dockerManifest,
      config: { ...config.descriptor, mediaType: mediaTypes.dockerConfig },
      layers: [foreign],
    };
    const manifest = parseManifest(Buffer.from(JSON.stringify(document)), mediaTypes.dockerManifest);
    await repository.putBlob(config.descriptor, () => inPieces(config.bytes));
    await repository.putManifest(manifest, 'licensed');
    assert.equal((await repository.resolve('licensed'))?.digest, manifest.digest);
  });

  it('a blob may be known by its sha512', async (repository) => {
    const { bytes } = freshBlob(70_000);
    const digest = digestOf(bytes, 'sha512');
    const descriptor = { mediaType: mediaTypes.ociLayer, digest, size: bytes.length };
    await assert.rejects(
      repository.putBlob(descriptor, () => inPieces(freshBlob(70_000).bytes)),
      failsWith('content-mismatch'),
    );
    assert.equal(await repository.putBlob(descriptor, () => inPieces(bytes)), 'stored');
    assert.equal(await repository.hasBlob(digest), true);
    assert.deepEqual(await bytesOf(repository.blob(descriptor)), Buffer.from(bytes));
    const image = sampleImage([{ bytes, descriptor }]);
    await storeImage(repository, image, 'v512');
    assert.equal((await repository.resolve('v512'))?.digest, image.manifest.digest);
  });

  it('all of many tags are listed', async (repository) => {
    const image = sampleImage();
    await storeImage(repository, image);
    const names = Array.from({ length: 25 }, (_, number) => `v1.${number}`);
    for (const name of names) await repository.putManifest(image.manifest, name);
    assert.deepEqual((await repository.tags()).toSorted(), names.toSorted());
  });

  it('a manifest that was deleted is gone with its tags, and others stay', async (repository) => {
    const [gone, stays] = [sampleImage(), sampleImage()];
    await storeImage(repository, gone, 'a');
    await repository.putManifest(gone.manifest, 'b');
    await storeImage(repository, stays, 'c');
    await repository.deleteManifest(gone.manifest.digest);
    for (const name of ['a', 'b', gone.manifest.digest])
      assert.equal(await repository.resolve(name), undefined);
    await assert.rejects(repository.manifest(gone.manifest.digest), failsWith('manifest-missing'));
    assert.deepEqual(await repository.tags(), ['c']);
    assert.equal((await repository.manifest(stays.manifest.digest)).digest, stays.manifest.digest);
    await repository.deleteManifest(gone.manifest.digest);
    await repository.deleteManifest(nobody);
    await repository.putManifest(gone.manifest, 'a');
    assert.equal((await repository.resolve('a'))?.digest, gone.manifest.digest, 'its blobs stayed');
  });

  it('the manifests of an index stay when the index is deleted', async (repository) => {
    const [left, right] = [sampleImage(), sampleImage(undefined, 'arm64')];
    for (const image of [left, right]) await storeImage(repository, image);
    const index = sampleIndex([left, right]);
    await repository.putManifest(index, 'multi');
    await repository.deleteManifest(index.digest);
    assert.equal(await repository.resolve('multi'), undefined);
    for (const { manifest } of [left, right])
      assert.deepEqual(await repository.resolve(manifest.digest), descriptorOf(manifest));
  });

  it('a tag that was deleted is gone, and what it stood for stays', async (repository) => {
    const image = sampleImage();
    await storeImage(repository, image, 'a');
    await repository.putManifest(image.manifest, 'b');
    await repository.deleteTag('a');
    await repository.deleteTag('a');
    assert.equal(await repository.resolve('a'), undefined);
    assert.deepEqual(await repository.tags(), ['b']);
    await repository.deleteTag('b');
    assert.deepEqual(await repository.tags(), []);
    assert.deepEqual(await repository.resolve(image.manifest.digest), descriptorOf(image.manifest));
    await assert.rejects(repository.deleteTag('../x'), failsWith('reference-invalid'));
  });

  it('a blob that was deleted is gone, and can be stored again', async (repository) => {
    const { descriptor, bytes } = freshBlob(1000);
    await repository.deleteBlob(descriptor.digest);
    await repository.putBlob(descriptor, () => inPieces(bytes));
    await repository.deleteBlob(descriptor.digest);
    assert.equal(await repository.hasBlob(descriptor.digest), false);
    await assert.rejects(bytesOf(repository.blob(descriptor)), failsWith('blob-missing'));
    assert.equal(await repository.putBlob(descriptor, () => inPieces(bytes)), 'stored');
    assert.deepEqual(await bytesOf(repository.blob(descriptor)), bytes);
  });

  it('an artifact that was deleted is no longer listed', async (repository) => {
    const image = sampleImage();
    await storeImage(repository, image, 'v1');
    const subject = descriptorOf(image.manifest);
    const first = sampleArtifact(subject, '2026-11-21T00:00:00Z');
    const second = sampleArtifact(subject, '2026-11-22T00:00:00Z');
    for (const artifact of [first, second]) await storeImage(repository, artifact);
    await repository.deleteManifest(first.manifest.digest);
    assert.deepEqual(
      (await repository.referrers(subject.digest)).map(({ digest }) => digest),
      [second.manifest.digest],
    );
    await repository.deleteManifest(second.manifest.digest);
    assert.deepEqual(await repository.referrers(subject.digest), []);
    assert.deepEqual(await repository.tags(), ['v1']);
  });

  it('an index is copied with all that belongs to it, to its platforms, and to that', async (repository) => {
    const target = await make();
    const [left, right] = [sampleImage(), sampleImage(undefined, 'arm64')];
    for (const image of [left, right]) await storeImage(repository, image);
    const index = sampleIndex([left, right]);
    await repository.putManifest(index, 'v1');
    const onIndex = sampleArtifact(descriptorOf(index), undefined, 'on the index');
    const onLeft = sampleArtifact(descriptorOf(left.manifest), undefined, 'on a platform');
    const onThat = sampleArtifact(descriptorOf(onLeft.manifest), undefined, 'a signature of it');
    for (const artifact of [onIndex, onLeft, onThat]) await storeImage(repository, artifact);
    await copyImage(repository, target, index.digest);
    assert.deepEqual(await target.referrers(index.digest), [], 'unless asked for, none goes along');
    await copyImage(repository, target, index.digest, { withReferrers: true, tag: 'v1' });
    for (const [subject, artifact] of [
      [index, onIndex],
      [left.manifest, onLeft],
      [onLeft.manifest, onThat],
    ] as const) {
      const listed = await target.referrers(subject.digest);
      assert.deepEqual(
        listed.map(({ digest }) => digest),
        [artifact.manifest.digest],
      );
      const [layer] = artifact.layers;
      assert.ok(layer !== undefined);
      assert.deepEqual(await bytesOf(target.blob(layer.descriptor)), layer.bytes);
    }
    assert.deepEqual(await target.referrers(right.manifest.digest), []);
  });

  it('artifacts are listed for their subject, with type and annotations', async (repository) => {
    const image = sampleImage();
    await storeImage(repository, image, 'v1');
    const subject = descriptorOf(image.manifest);
    const [first, second] = [
      sampleArtifact(subject, '2026-11-21T00:00:00Z'),
      sampleArtifact(subject, '2026-11-22T00:00:00Z'),
    ];
    await storeImage(repository, first);
    await storeImage(repository, second);
    await storeImage(repository, second);
    const listed = await repository.referrers(subject.digest);
    assert.deepEqual(
      listed.map(({ digest }) => digest).toSorted(),
      [first.manifest.digest, second.manifest.digest].toSorted(),
    );
    const [one] = listed.filter(({ digest }) => digest === first.manifest.digest);
    assert.equal(one?.artifactType, mediaTypes.verdict);
    assert.deepEqual(one?.annotations, first.manifest.annotations);
    assert.deepEqual(await repository.referrers(first.manifest.digest), []);
  });

  it('an artifact may come before what it is about', async (repository) => {
    const image = sampleImage();
    const artifact = sampleArtifact(descriptorOf(image.manifest));
    await storeImage(repository, artifact);
    assert.equal((await repository.referrers(image.manifest.digest)).length, 1);
  });

  it('an image is copied with all that it needs, and copied again for nothing', async (repository) => {
    const target = await make();
    const shared = freshBlob(3000);
    const [left, right] = [sampleImage([shared, freshBlob(100)]), sampleImage([shared], 'arm64')];
    for (const image of [left, right]) await storeImage(repository, image);
    const index = sampleIndex([left, right]);
    await repository.putManifest(index, 'v1');
    const results: string[] = [];
    await copyImage(repository, target, index.digest, {
      tag: 'copied',
      onBlob: (_, result) => results.push(result),
    });
    assert.deepEqual(results.toSorted(), ['present', 'stored', 'stored', 'stored', 'stored']);
    assert.equal((await target.resolve('copied'))?.digest, index.digest);
    assert.deepEqual(await bytesOf(target.blob(shared.descriptor)), shared.bytes);
    const again: string[] = [];
    await copyImage(repository, target, index.digest, {
      onBlob: (_, result) => again.push(result),
      onManifest: (result) => again.push(result),
    });
    assert.deepEqual([...new Set(again)], ['present']);
  });

  it('several blobs are stored at once', async (repository) => {
    const blobs = Array.from({ length: 8 }, () => freshBlob(50_000));
    await Promise.all(blobs.map((blob) => repository.putBlob(blob.descriptor, () => inPieces(blob.bytes))));
    for (const blob of blobs) assert.deepEqual(await bytesOf(repository.blob(blob.descriptor)), blob.bytes);
  });

  it('several manifests are stored at once', async (repository) => {
    const images = Array.from({ length: 5 }, () => sampleImage());
    await Promise.all(images.map((image, index) => storeImage(repository, image, `v${index}`)));
    assert.deepEqual((await repository.tags()).toSorted(), ['v0', 'v1', 'v2', 'v3', 'v4']);
  });

  if (makePair === undefined) return;
  test(`${what}: a blob of a neighbour is mounted, and one that it does not have is sent`, async (t) => {
    if (!isThere(t)) return;
    const { from, fromPath, to } = await makePair();
    const [here, nowhere] = [freshBlob(5000), freshBlob(5000)];
    await from.putBlob(here.descriptor, () => inPieces(here.bytes));
    const unread = (): never => assert.fail('a blob that is mounted is not read');
    assert.equal(await to.putBlob(here.descriptor, unread, { mountFrom: fromPath }), 'mounted');
    assert.deepEqual(await bytesOf(to.blob(here.descriptor)), here.bytes);
    assert.equal(
      await to.putBlob(nowhere.descriptor, () => inPieces(nowhere.bytes), { mountFrom: fromPath }),
      'stored',
    );
    assert.equal(await to.putBlob(here.descriptor, unread, { mountFrom: 'no/such' }), 'present');
  });
}
