import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { isFailure } from '../../base/failure.ts';
import { collectBytes, streamOf } from '../../base/stream.ts';
import { digestOf, type Digest } from '../../model/digest.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { mediaTypes } from '../../model/media-type.ts';
import type { Repository } from '../../ports/repository.ts';
import { checkedLayer, checkLayer } from './checked-layer.ts';

/** A place that holds one blob, in chunks of a size. */
function placeOf(
  bytes: Uint8Array,
  chunkBytes = 10_000,
): { readonly from: Repository; readonly layer: Descriptor } {
  const count = Math.ceil(bytes.length / chunkBytes);
  const chunks = Array.from({ length: count }, (_, at) =>
    bytes.subarray(at * chunkBytes, (at + 1) * chunkBytes),
  );
  const none = (): never => assert.fail('nobody asks for this');
  const from: Repository = {
    ...{
      name: 'one blob',
      resolve: none,
      manifest: none,
      hasBlob: none,
      putBlob: none,
      putManifest: none,
      tags: none,
      referrers: none,
      deleteManifest: none,
      deleteTag: none,
      deleteBlob: none,
    },
    blob: () => streamOf(chunks),
  };
  return { from, layer: { mediaType: mediaTypes.ociLayerGzip, digest: digestOf(bytes), size: bytes.length } };
}

const plain = Buffer.concat([randomBytes(300_000), Buffer.alloc(2_000_000)]);
const halves = [plain.subarray(0, 1_000), plain.subarray(1_000)];

for (const [name, bytes] of [
  ['gzip', gzipSync(plain)],
  ['gzip in several members', Buffer.concat(halves.map((half) => gzipSync(half)))],
  ['zstd', zstdCompressSync(plain)],
  ['zstd in frames', Buffer.concat(halves.map((half) => zstdCompressSync(half)))],
  ['no compression', plain],
] as const) {
  for (const chunkBytes of [1_000_000, 1_777]) {
    test(`a layer with ${name}, in chunks of ${chunkBytes}, that is what its config says comes through unchanged`, async () => {
      const { from, layer } = placeOf(bytes, chunkBytes);
      const copied = await collectBytes(checkedLayer(from, layer, digestOf(plain)), 1e8, () => assert.fail());
      assert.equal(digestOf(copied), layer.digest);
      assert.equal(await checkLayer(from, layer, digestOf(plain)), plain.length);
    });
  }
}

test('an empty layer and one of a single byte are what they are', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(1)]) {
    const { from, layer } = placeOf(bytes);
    assert.equal(await checkLayer(from, layer, digestOf(bytes)), bytes.length);
  }
});

const other: Digest = digestOf('another layer');

for (const [name, bytes] of [
  ['is another layer', gzipSync(plain)],
  ['is cut off', gzipSync(plain).subarray(0, 100_000)],
  ['is damaged', Buffer.concat([gzipSync(plain).subarray(0, 1_000), randomBytes(100_000)])],
] as const) {
  test(`a layer that ${name}: content-mismatch`, async () => {
    const { from, layer } = placeOf(bytes);
    await assert.rejects(
      checkLayer(from, layer, name === 'is another layer' ? other : digestOf(plain)),
      (error: unknown) => isFailure(error, 'content-mismatch'),
    );
  });
}

test('a place that breaks midway: its own failure', async () => {
  const { from, layer } = placeOf(gzipSync(plain));
  const broken: Repository = {
    ...from,
    async *blob(descriptor) {
      for await (const chunk of from.blob(descriptor)) {
        yield chunk;
        throw new Error('the line is cut');
      }
    },
  };
  await assert.rejects(checkLayer(broken, layer, digestOf(plain)), /the line is cut/);
});

test('a reader that stops early leaves nothing behind that fails later', async () => {
  const { from, layer } = placeOf(gzipSync(plain));
  for await (const _chunk of checkedLayer(from, layer, digestOf(plain))) break;
});
