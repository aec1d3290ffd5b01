import { PassThrough, Writable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { Failure } from '../../base/failure.ts';
import { drained } from '../../base/stream.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestAlgorithm, DigestBuilder, type Digest } from '../../model/digest.ts';
import type { Repository } from '../../ports/repository.ts';

/**
 * The bytes of a layer as they are, unpacked and hashed on the side. Engines go by what the config says of a layer
 * (its diff id) and do not even read one that they seem to have: an image whose manifest names other layers than its
 * config would be tried with layers that are not the ones that ship.
 * @throws Failure `content-mismatch` at the end, when the layer is not the one that the config names
 */
export async function* checkedLayer(
  from: Repository,
  layer: Descriptor,
  diffId: Digest,
): AsyncGenerator<Uint8Array, number> {
  const hashing = new UnpackedDigest(diffId);
  try {
    for await (const chunk of from.blob(layer)) {
      await hashing.add(chunk);
      yield chunk;
    }
    await hashing.end();
  } finally {
    hashing.close();
  }
  if (hashing.digest !== diffId) throw mismatch(layer, diffId, `it is ${hashing.digest}`);
  return hashing.bytes;
}

/** Reads a layer to its end for the check alone; returns its size when it is unpacked. */
export async function checkLayer(from: Repository, layer: Descriptor, diffId: Digest): Promise<number> {
  const chunks = checkedLayer(from, layer, diffId);
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) return next.value;
  }
}

class UnpackedDigest {
  readonly #hash: DigestBuilder;
  #first: Buffer = Buffer.alloc(0);
  #unpack: Transform | undefined;
  #done: Promise<void> | undefined;
  #trouble: unknown;
  digest: Digest | undefined;

  constructor(diffId: Digest) {
    this.#hash = new DigestBuilder(digestAlgorithm(diffId));
  }

  get bytes(): number {
    return this.#hash.bytes;
  }

  async add(chunk: Uint8Array): Promise<void> {
    if (this.#unpack !== undefined) {
      if (!this.#unpack.destroyed && !this.#unpack.write(chunk)) await drained(this.#unpack);
      return;
    }
    this.#first = Buffer.concat([this.#first, chunk]);
    if (this.#first.length >= magicBytes) this.#start().write(this.#first);
  }

  async end(): Promise<void> {
    if (this.#unpack === undefined) this.#start().write(this.#first);
    this.#unpack?.end();
    await this.#done;
    this.digest = this.#trouble === undefined ? this.#hash.digest() : undefined;
  }

  close(): void {
    this.#unpack?.destroy();
  }

  #start(): Transform {
    const unpack = unpackerFor(this.#first);
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, written) => {
        this.#hash.update(chunk);
        written();
      },
    });
    this.#unpack = unpack;
    // A layer that cannot be unpacked has no digest, which is told apart from every other one at the end.
    this.#done = pipeline(unpack, sink).catch((error: unknown) => {
      this.#trouble = error;
    });
    return unpack;
  }
}

const magicBytes = 4;

/** By the first bytes, as the engines do, whatever the media type says. */
function unpackerFor(first: Buffer): Transform {
  if (first[0] === 0x1f && first[1] === 0x8b) return createGunzip();
  if (first.length >= magicBytes && first.readUInt32LE(0) === 0xfd2fb528) return createZstdDecompress();
  return new PassThrough();
}

function mismatch(layer: Descriptor, diffId: Digest, why: string): Failure {
  return new Failure(
    'content-mismatch',
    `layer ${layer.digest} is not ${diffId}, as the image's config says: ${why}`,
    {
      hint: 'Manifest and config of the image contradict each other; nothing was tried with it.',
    },
  );
}
