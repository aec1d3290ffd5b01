import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestAlgorithm, DigestBuilder } from '../../model/digest.ts';

/**
 * The bytes of a blob, checked while they are read: size first, then digest. The last chunk is held back until all is
 * known to be right, so whoever receives these bytes never receives a whole wrong blob. Whoever is handed one of these for
 * the descriptor that he wants need not hash its bytes again.
 */
export class VerifiedBlob implements AsyncIterable<Uint8Array> {
  readonly descriptor: Descriptor;
  readonly #place: string;
  readonly #read: (check: Pick<BlobCheck, 'bytes'>) => AsyncIterable<Uint8Array>;

  /** `read` gives the bytes as they come, each time from the beginning; `check` tells how many of them were hashed. */
  constructor(
    descriptor: Descriptor,
    place: string,
    read: (check: Pick<BlobCheck, 'bytes'>) => AsyncIterable<Uint8Array>,
  ) {
    this.descriptor = descriptor;
    this.#place = place;
    this.#read = read;
  }

  /** @throws Failure `content-mismatch`, and whatever reading throws */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const check = new BlobCheck(this.descriptor, this.#place);
    let held: Uint8Array | undefined;
    for await (const chunk of this.#read(check)) {
      check.update(chunk);
      if (held !== undefined) yield held;
      held = chunk;
    }
    check.end();
    if (held !== undefined) yield held;
  }
}

/** Bytes of any source as a {@link VerifiedBlob}. What is one already, of this very blob, is not hashed twice. */
export function verifiedBytes(
  source: AsyncIterable<Uint8Array>,
  descriptor: Descriptor,
  place: string,
): VerifiedBlob {
  const { digest, size } = descriptor;
  if (
    source instanceof VerifiedBlob &&
    source.descriptor.digest === digest &&
    source.descriptor.size === size
  )
    return source;
  return new VerifiedBlob(descriptor, place, () => source);
}

/** Counts and hashes the bytes of one blob, wherever they come from. */
class BlobCheck {
  readonly #descriptor: Descriptor;
  readonly #place: string;
  readonly #hash: DigestBuilder;

  constructor(descriptor: Descriptor, place: string) {
    this.#descriptor = descriptor;
    this.#place = place;
    this.#hash = new DigestBuilder(digestAlgorithm(descriptor.digest));
  }

  get bytes(): number {
    return this.#hash.bytes;
  }

  /** @throws Failure `content-mismatch` as soon as there are more bytes than promised */
  update(chunk: Uint8Array): void {
    if (this.bytes + chunk.length > this.#descriptor.size)
      throw wrongSize(this.#place, this.#descriptor, 'more');
    this.#hash.update(chunk);
  }

  /** @throws Failure `content-mismatch` */
  end(): void {
    const { digest, size } = this.#descriptor;
    if (this.bytes !== size) throw wrongSize(this.#place, this.#descriptor, `only ${this.bytes}`);
    const found = this.#hash.digest();
    if (found === digest) return;
    throw new Failure(
      'content-mismatch',
      `${this.#place}: blob ${digest} was promised, but its bytes are ${found}`,
      {
        hint: 'What delivered it is damaged or lies; nothing of it was used.',
      },
    );
  }
}

export function wrongSize(place: string, { digest, size }: Descriptor, found: string): Failure {
  return new Failure(
    'content-mismatch',
    `${place}: blob ${digest} was promised with ${size} bytes, but it has ${found}`,
    {
      hint: 'What delivered it is damaged or lies; nothing of it was used.',
    },
  );
}
