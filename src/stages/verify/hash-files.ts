import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { digestAlgorithm, DigestBuilder, type Digest } from '../../model/digest.ts';
import type { LayoutFile } from '../../ports/layout.ts';
import { UnpackedDigest } from '../../ports/unpacked-digest.ts';

/** A blob whose bytes were read, and have the digest by which it is called. */
export interface HashedBlob {
  readonly size: number;
  /** The sha256 of what it unpacks to; of itself, where it is not packed. Undefined: it cannot be unpacked. */
  readonly unpacked: Digest | undefined;
}

/**
 * Reads all files of a bundle once and hashes its blobs. Whatever no bundle has is refused, whoever it came from.
 * @throws Failure `bundle-invalid`, `content-mismatch`, and whatever reading throws
 */
export async function hashFiles(
  files: AsyncIterable<LayoutFile>,
  place: string,
): Promise<ReadonlyMap<Digest, HashedBlob>> {
  const blobs = new Map<Digest, HashedBlob>();
  let bytes = 0;
  for await (const file of files) {
    const { name, what, size } = file;
    bytes += size;
    if (bytes > limits.bundleBytesMax)
      throw refused(place, `its files are larger than ${limits.bundleBytesMax} bytes together`);
    if (what.kind === 'stranger')
      throw refused(place, `${JSON.stringify(name.slice(0, 200))} does not belong there: ${what.why}`);
    if (what.kind === 'document' && size > limits.manifestBytesMax)
      throw refused(place, `${name} is larger than ${limits.manifestBytesMax} bytes`);
    if (what.kind === 'blob') blobs.set(what.digest, await hashBlob(file, what.digest, place));
  }
  return blobs;
}

async function hashBlob({ size, content }: LayoutFile, digest: Digest, place: string): Promise<HashedBlob> {
  const packed = new DigestBuilder(digestAlgorithm(digest));
  const bytesMax = Math.max(limits.layerUnpackedBytesMin, size * limits.layerUnpackedRatioMax);
  const unpacked = new UnpackedDigest({ algorithm: 'sha256', bytesMax });
  try {
    for await (const piece of content) {
      packed.update(piece);
      await unpacked.add(piece);
      if (unpacked.isBomb) break;
    }
    await unpacked.end();
  } finally {
    unpacked.close();
  }
  if (unpacked.isBomb) {
    throw refused(place, `blob ${digest} of ${size} bytes unpacks to more than ${bytesMax} bytes`);
  }
  const found = packed.digest();
  if (found === digest && packed.bytes === size) return { size, unpacked: unpacked.digest };
  throw new Failure('content-mismatch', `${place}: the bytes of blob ${digest} are ${found}`, {
    hint: 'The bundle is damaged or lies; do not use it.',
  });
}

export function refused(place: string, why: string): Failure {
  return new Failure('bundle-invalid', `${place} is refused: ${why}`, {
    hint: 'Do not use it; have it made and sent again.',
  });
}
