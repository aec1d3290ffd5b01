import { PassThrough } from 'node:stream';
import { drained } from '../base/stream.ts';
import { unpack } from '../base/unpack.ts';
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
  readonly #packed = new PassThrough();
  readonly #done: Promise<Digest | undefined>;
  #isBomb = false;
  /** After {@link end}; undefined: it cannot be unpacked. */
  digest: Digest | undefined;

  constructor({ algorithm, bytesMax = Number.MAX_SAFE_INTEGER }: UnpackedDigestOptions) {
    this.#hash = new DigestBuilder(algorithm);
    this.#bytesMax = bytesMax;
    // A layer that cannot be unpacked has no digest, which is told apart from every other one at the end.
    this.#done = this.#read().catch(() => undefined);
  }

  /** It unpacks to more than it may; what comes after that is not looked at. */
  get isBomb(): boolean {
    return this.#isBomb;
  }

  get bytes(): number {
    return this.#hash.bytes;
  }

  async add(chunk: Uint8Array): Promise<void> {
    if (!this.#packed.destroyed && !this.#packed.write(chunk)) await drained(this.#packed);
  }

  async end(): Promise<void> {
    this.#packed.end();
    this.digest = await this.#done;
  }

  close(): void {
    this.#packed.destroy();
  }

  /** Leaving it early, for whatever reason, destroys what it reads from: then nothing more is taken in. */
  async #read(): Promise<Digest | undefined> {
    for await (const chunk of unpack(this.#packed, (why) => new RangeError(why))) {
      this.#isBomb = this.#hash.bytes + chunk.length > this.#bytesMax;
      if (this.#isBomb) return undefined;
      this.#hash.update(chunk);
    }
    return this.#hash.digest();
  }
}
