import { Writable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { drained } from '../base/stream.ts';
import { magicBytes, unpackerFor } from '../base/unpack.ts';
import { DigestBuilder, type Digest, type DigestAlgorithm } from '../model/digest.ts';

export interface UnpackedDigestOptions {
  readonly algorithm: DigestAlgorithm;
  /** More than this, unpacked, is a bomb. */
  readonly bytesMax?: number;
}

/** The digest that a layer has once it is unpacked, while its bytes come by. */
export class UnpackedDigest {
  readonly #hash: DigestBuilder;
  readonly #bytesMax: number;
  #first: Buffer = Buffer.alloc(0);
  #unpack: Transform | undefined;
  #done: Promise<void> | undefined;
  #trouble: unknown;
  #isBomb = false;
  /** After {@link end}; undefined: it cannot be unpacked. */
  digest: Digest | undefined;

  constructor({ algorithm, bytesMax = Number.MAX_SAFE_INTEGER }: UnpackedDigestOptions) {
    this.#hash = new DigestBuilder(algorithm);
    this.#bytesMax = bytesMax;
  }

  /** It unpacks to more than it may; what comes after that is not looked at. */
  get isBomb(): boolean {
    return this.#isBomb;
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
        this.#isBomb ||= this.#hash.bytes + chunk.length > this.#bytesMax;
        if (!this.#isBomb) this.#hash.update(chunk);
        written(this.#isBomb ? new RangeError('too large') : null);
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
