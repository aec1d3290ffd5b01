import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { collectBytes, streamOf } from '../../base/stream.ts';
import { gzip } from './gzip.ts';

const MiB = 1024 ** 2;

function pack(...pieces: readonly Uint8Array[]): Promise<Buffer> {
  return collectBytes(gzip(streamOf(pieces)), 64 * MiB, () => assert.fail('too much'));
}

/** Words that repeat near and far, as files do. */
function text(length: number): Buffer {
  const words = Array.from({ length: 2_000 }, (_, at) => createHash('md5').update(String(at)).digest('hex'));
  return Buffer.from(
    Array.from({ length: length / 16 }, (_, at) => words[(at * at) % 2_000]).join(' '),
  ).subarray(0, length);
}

for (const size of [0, 1, MiB - 1, MiB, MiB + 1, 2 * MiB, 5 * MiB + 3]) {
  test(`${size} bytes come back as they were`, async () => {
    for (const plain of [randomBytes(size), Buffer.alloc(size), text(size)]) {
      assert.ok(gunzipSync(await pack(plain)).equals(plain));
    }
  });
}

test('the same bytes give the same archive, however they are cut', async () => {
  const plain = text(3 * MiB);
  const whole = await pack(plain);
  const pieces = Array.from({ length: 48 }, (_, at) => plain.subarray(at * 65_536, (at + 1) * 65_536));
  assert.ok((await pack(...pieces)).equals(whole));
  assert.ok((await pack(new Uint8Array(), plain.subarray(0, 7), plain.subarray(7))).equals(whole));
});

test('it is one member without a time', async () => {
  const packed = await pack(text(2 * MiB));
  assert.deepEqual([...packed.subarray(0, 10)], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
  // The size of the last member stands at the end.
  assert.equal(packed.readUInt32LE(packed.length - 4), 2 * MiB);
});

test('blocks know what stood before them: cutting costs next to nothing', async () => {
  const plain = text(8 * MiB);
  const [packed, whole] = [(await pack(plain)).length, gzipSync(plain, { level: 4 }).length];
  assert.ok(packed < whole * 1.02, `${packed} against ${whole}`);
});

test('a source that breaks: its own error, after the work at hand has ended', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(3 * MiB);
    throw await Promise.resolve(new Error('the line is cut'));
  }
  await assert.rejects(
    collectBytes(gzip(broken()), MiB, () => assert.fail('too much')),
    /the line is cut/,
  );
});

test('a reader that stops early leaves nothing behind that fails later', async () => {
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield await Promise.resolve(randomBytes(MiB));
    } finally {
      closed = true;
    }
  }
  let bytes = 0;
  for await (const piece of gzip(endless())) if ((bytes += piece.length) > MiB) break;
  assert.equal(closed, true);
});
