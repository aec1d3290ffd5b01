import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { delegate } from './delegate.ts';
import { failureOf } from '../../test/support/registry-under-test.ts';
import {
  freshBlob,
  inPieces,
  sampleArtifact,
  sampleBlob,
  sampleImage,
  sampleIndex,
  storeImage,
} from '../../test/support/sample-images.ts';
import { MemoryRegistries, MemoryRepository } from '../adapters/registry/memory.ts';
import { limits } from '../base/limits.ts';
import { descriptorOf, parseManifest, type Manifest } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import { copyImage } from './copy.ts';
import type { Repository } from './repository.ts';

/** A repository of which every call is written down. */
function watched(inner: Repository, calls: string[]): Repository {
  return delegate(inner, {
    putBlob(descriptor, open, options) {
      calls.push(`blob ${descriptor.digest}`);
      return inner.putBlob(descriptor, open, options);
    },
    putManifest(manifest, tag) {
      calls.push(tag === undefined ? `manifest ${manifest.digest}` : `tag ${tag}`);
      return inner.putManifest(manifest, tag);
    },
  });
}

test('children come before parents, and the tag last', async () => {
  const [left, right] = [sampleImage([freshBlob(10)]), sampleImage([freshBlob(10)], 'arm64')];
  const from = new MemoryRepository('from');
  for (const image of [left, right]) await storeImage(from, image);
  const index = sampleIndex([left, right]);
  await from.putManifest(index);
  const calls: string[] = [];
  await copyImage(from, watched(new MemoryRepository('to'), calls), index.digest, { tag: 'v1' });
  const at = (call: string): number => calls.indexOf(call);
  for (const image of [left, right]) {
    for (const { descriptor } of [...image.layers, image.config])
      assert.ok(at(`blob ${descriptor.digest}`) < at(`manifest ${image.manifest.digest}`));
    assert.ok(at(`manifest ${image.manifest.digest}`) < at(`manifest ${index.digest}`));
  }
  assert.equal(calls.at(-1), 'tag v1');
});

test('a manifest that an index names twice is copied once', async () => {
  const image = sampleImage();
  const from = new MemoryRepository('from');
  await storeImage(from, image);
  const index = sampleIndex([image, image, image]);
  await from.putManifest(index);
  const calls: string[] = [];
  await copyImage(from, watched(new MemoryRepository('to'), calls), index.digest);
  assert.equal(calls.filter((call) => call === `manifest ${image.manifest.digest}`).length, 1);
});

test('an image that is there is not stored again, an artifact is: it may not have been listed', async () => {
  const image = sampleImage();
  const artifact = sampleArtifact(descriptorOf(image.manifest), '2026-11-21T00:00:00Z');
  const [from, to] = [new MemoryRepository('from'), new MemoryRepository('to')];
  for (const each of [image, artifact]) {
    await storeImage(from, each);
    await storeImage(to, each);
  }
  const calls: string[] = [];
  for (const { manifest } of [image, artifact]) await copyImage(from, watched(to, calls), manifest.digest);
  assert.deepEqual(
    calls.filter((call) => call.startsWith('manifest')),
    [`manifest ${artifact.manifest.digest}`],
  );
});

test('blobs are mounted from where they may be', async () => {
  const registries = new MemoryRegistries();
  const [base, target] = [registries.open('r.test', 'base'), registries.open('r.test', 'target')];
  const image = sampleImage();
  await storeImage(base, image);
  const results: string[] = [];
  await copyImage(base, target, image.manifest.digest, {
    mountFrom: 'base',
    onBlob: (_, result) => results.push(result),
  });
  assert.deepEqual(results, ['mounted', 'mounted']);
});

test('indexes that are nested too deep are refused', async () => {
  const from = new MemoryRepository('from');
  const image = sampleImage();
  await storeImage(from, image);
  let outer: Manifest = image.manifest;
  for (let depth = 0; depth <= limits.indexDepthMax; depth += 1) {
    outer = sampleIndex([{ manifest: outer }]);
    await from.putManifest(outer);
  }
  const to = new MemoryRepository('to');
  assert.equal((await failureOf(copyImage(from, to, outer.digest))).code, 'content-refused');
  const allowed = outer.kind === 'index' ? outer.manifests[0]?.digest : undefined;
  assert.ok(allowed !== undefined);
  await copyImage(from, to, allowed);
});

test('an index that unfolds into thousands is refused', async () => {
  const images = Array.from({ length: 3 }, () => sampleImage([]));
  const from = new MemoryRepository('from');
  for (const image of images) await storeImage(from, image);
  const wide = (nonce: number): Manifest => {
    const many = images.map(({ manifest }) => ({ manifest }));
    const text = Buffer.from(sampleIndex(many).bytes)
      .toString()
      .replace('{', `{"annotations":{"n":"${nonce}"},`);
    return parseManifest(Buffer.from(text), mediaTypes.ociIndex);
  };
  const inner = Array.from({ length: 999 }, (_, nonce) => ({ manifest: wide(nonce) }));
  for (const { manifest } of inner) await from.putManifest(manifest);
  const bomb = sampleIndex([...inner, { manifest: sampleImage([]).manifest }].slice(0, 999));
  await from.putManifest(bomb);
  assert.equal(
    (await failureOf(copyImage(from, new MemoryRepository('to'), bomb.digest))).code,
    'content-refused',
  );
});

test('a layer that lies elsewhere by licence is left out when the source does not have it', async () => {
  const { manifest, config } = sampleImage();
  const foreign = parseManifest(
    Buffer.from(
      Buffer.from(manifest.bytes)
        .toString()
        .replace(mediaTypes.ociLayerGzip, mediaTypes.dockerForeignLayerGzip),
    ),
    manifest.mediaType,
  );
  const from = new MemoryRepository('from');
  await from.putBlob(config.descriptor, () => inPieces(config.bytes));
  await from.putManifest(foreign);
  const to = new MemoryRepository('to');
  await copyImage(from, to, foreign.digest);
  assert.equal((await to.resolve(foreign.digest))?.digest, foreign.digest);
});

test('when a blob cannot be copied, nothing new is begun and no manifest is stored', async () => {
  const image = sampleImage(Array.from({ length: 20 }, () => freshBlob(10)));
  const from = new MemoryRepository('from');
  await storeImage(from, image);
  const to = new MemoryRepository('to');
  let begun = 0;
  const broken = new RangeError('x');
  const failing: Repository = {
    ...watched(to, []),
    async putBlob() {
      begun += 1;
      if (begun === 1) throw broken;
      await turn();
      return 'stored';
    },
  };
  await assert.rejects(copyImage(from, failing, image.manifest.digest), broken);
  assert.ok(begun <= limits.transfersAtOnceMax);
  assert.equal(await to.resolve(image.manifest.digest), undefined);
});

test('an empty blob is copied like any other', async () => {
  const image = sampleImage([sampleBlob('')]);
  const from = new MemoryRepository('from');
  await storeImage(from, image);
  const to = new MemoryRepository('to');
  await copyImage(from, to, image.manifest.digest);
  assert.equal(await to.hasBlob(sampleBlob('').descriptor.digest), true);
});
