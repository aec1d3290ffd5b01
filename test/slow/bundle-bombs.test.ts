import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { createBundle } from '../../src/flows/bundle-create.ts';
import { verifyBundle } from '../../src/flows/bundle-verify.ts';
import { parseWantedImage } from '../../src/model/image-source.ts';
import { failureOf } from '../support/registry-under-test.ts';
import { sampleBlob, sampleImage, storeImage } from '../support/sample-images.ts';
import { makeWorld, registry } from '../support/world.ts';

const config = `version: 1
images:
  ci: {baseline: "r.test/ci:1", image: "r.test/ci:2"}
suites:
  unit: {source: source, command: "true", results: {format: tap, stdout: true}}
`;

// A gigabyte is unpacked and hashed before a bomb counts as one: seconds of work, and more on a busy machine.
for (const [what, pack] of [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const) {
  test(`a ${what} bomb is refused before it has unpacked to more than a layer may`, async (t) => {
    const world = await makeWorld(t, config);
    // Each piece is a whole member, and readers unpack all of them in a row.
    const piece = pack(Buffer.alloc(64 * 1024 ** 2));
    const bomb = sampleBlob(Buffer.concat(Array.from({ length: 17 }, () => piece)));
    await storeImage(world.repository('bomb'), sampleImage([bomb]), 'v1');
    const out = path.join(world.folder, 'bomb');
    await createBundle(
      {
        images: [parseWantedImage(`${registry}/bomb:v1`)],
        out,
        thinAgainst: [],
        cacheKey: undefined,
        commit: undefined,
        createdAt: undefined,
      },
      world.tools,
      world.watching,
    );
    const failure = await failureOf(verifyBundle(out, undefined, world.tools.layouts));
    assert.equal(failure.code, 'bundle-invalid');
    assert.match(failure.message, /unpacks to more than/);
  });
}
