import { createHash, type Hash } from 'node:crypto';
import { Failure } from '../base/failure.ts';

/**
 * A content digest, `algorithm:hex` (OCI image-spec, "Descriptor"). Only registered algorithms are taken,
 * and only what was parsed may stand in a path or a URL.
 */
export type Digest = string & { readonly __brand: 'Digest' };

export type DigestAlgorithm = 'sha256' | 'sha512';

const grammar = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

export function isDigest(text: string): text is Digest {
  return grammar.test(text);
}

/** @throws Failure `digest-invalid` */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new Failure('digest-invalid', `${JSON.stringify(text.slice(0, 200))} is not a digest`, {
    hint: 'A digest looks like sha256: followed by 64 lower-case hexadecimal digits.',
  });
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** The hexadecimal part. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** Twelve hexadecimal digits, as people recognise images by. */
export function shortDigest(digest: Digest): string {
  return `${digestAlgorithm(digest)}:${digestHex(digest).slice(0, 12)}`;
}

export function digestOf(bytes: Uint8Array | string, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}

/** Hashes a stream piece by piece. */
export class DigestBuilder {
  readonly #algorithm: DigestAlgorithm;
  readonly #hash: Hash;
  #bytes = 0;

  constructor(algorithm: DigestAlgorithm = 'sha256') {
    this.#algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  update(chunk: Uint8Array): this {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    return this;
  }

  /** Bytes hashed so far. */
  get bytes(): number {
    return this.#bytes;
  }

  digest(): Digest {
    return parseDigest(`${this.#algorithm}:${this.#hash.digest('hex')}`);
  }
}

/** A text in which every digest is as short as {@link shortDigest} makes it. */
export function shortDigests(text: string): string {
  return text.replaceAll(/\b(sha256:[0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
}
