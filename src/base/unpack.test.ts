import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { unpack } from './unpack.ts';

class Refusal extends Error {}

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function unpacked(bytes: Buffer, size: number): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(unpack(pieces(bytes, size), (why) => new Refusal(why))));
}

const text = Buffer.from(Array.from({ length: 40_000 }, (_, at) => (at * at) >> 7));
const gzip = gzipSync(text);
const zstd = zstdCompressSync(text);
// RFC 8878, 3.1.2: readers pass over it.
const skippable = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), Buffer.from('notes')]);

const streams: Readonly<Record<string, readonly [Buffer, Buffer]>> = {
  'what is not packed': [text, text],
  nothing: [Buffer.alloc(0), Buffer.alloc(0)],
  'three bytes': [Buffer.from('abc'), Buffer.from('abc')],
  gzip: [gzip, text],
  'two gzip members': [Buffer.concat([gzip, gzip]), Buffer.concat([text, text])],
  'gzip filled up with zeros': [Buffer.concat([gzip, Buffer.alloc(1000)]), text],
  zstd: [zstd, text],
  'three zstd frames': [Buffer.concat([zstd, zstd, zstd]), Buffer.concat([text, text, text])],
  'zstd frames between skippable ones': [
    Buffer.concat([skippable, zstd, skippable, zstd, skippable]),
    Buffer.concat([text, text]),
  ],
};

for (const [name, [packed, plain]] of Object.entries(streams)) {
  test(`${name} is unpacked, however its bytes come`, async () => {
    for (const size of [1, 7, 1_000, 1_000_000]) {
      if (size === 1 && packed.length > 10_000) continue;
      assert.ok((await unpacked(packed, size)).equals(plain), `in pieces of ${size}`);
    }
  });
}

for (const [name, packed] of Object.entries({
  'gzip that ends too soon': gzip.subarray(0, -9),
  'zstd that ends too soon': zstd.subarray(0, -3),
  'gzip and something else': Buffer.concat([gzip, Buffer.from('something else')]),
  'zstd and something else': Buffer.concat([zstd, Buffer.from('something else')]),
})) {
  test(`${name} is refused`, async () => {
    for (const size of [7, 1_000_000]) await assert.rejects(unpacked(packed, size), Refusal);
  });
}

test('a reader that stops early ends the source', async () => {
  let ended = false;
  async function* source(): AsyncGenerator<Buffer> {
    try {
      yield* pieces(gzip, 100);
    } finally {
      ended = true;
    }
  }
  for await (const _ of unpack(source(), (why) => new Refusal(why))) break;
  assert.ok(ended);
});
