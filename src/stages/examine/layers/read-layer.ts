import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { readTar } from '../../../base/tar-read.ts';
import { unpack } from '../../../base/unpack.ts';
import { formatSize } from '../../../base/units.ts';
import { DigestBuilder, digestAlgorithm, type Digest } from '../../../model/digest.ts';
import type { LayerContents } from '../../../model/layer.ts';
import { EntryReader } from './entry-reader.ts';

export interface LayerOrder {
  /** For messages: the layer's digest. */
  readonly name: string;
  /** As it is packed; whoever gives it checks its digest and throws at the end where it is another one. */
  readonly packed: AsyncIterable<Uint8Array>;
  /** In bytes, as the manifest says. */
  readonly packedSize: number;
  /** What the image's config says that the unpacked layer is. */
  readonly diffId: Digest;
}

/**
 * Reads a layer in one pass: every file with its hash, and what it tells of packages. Nothing is unpacked to anywhere:
 * names, links and devices are data. What engines would not unpack is left out and told; what cannot be read without doubt
 * is refused.
 * @throws Failure `content-refused` (no archive, beyond a limit, a bomb), `content-mismatch` (not the diff id), and
 * whatever the source throws
 */
export async function readLayer({ name, packed, packedSize, diffId }: LayerOrder): Promise<LayerContents> {
  const refuse = (why: string): Failure =>
    new Failure('content-refused', `layer ${name} is refused: ${why}`, {
      hint: 'Nothing of it was compared. Do not use an image that holds it.',
    });
  const bytesMax = Math.max(limits.layerUnpackedBytesMin, packedSize * limits.layerUnpackedRatioMax);
  const tooLarge = (): Failure => refuse(`it unpacks to more than ${formatSize(bytesMax)}`);
  const hash = new DigestBuilder(digestAlgorithm(diffId));
  const reader = new EntryReader({ bytesMax, refuse, tooLarge });
  const unpacked = hashed(unpack(packed, refuse), { hash, bytesMax, tooLarge });
  const onRest = (rest: Uint8Array): void => reader.addRest(rest);
  for await (const entry of readTar(unpacked, refuse, { onRest, sparse: true })) await reader.add(entry);
  const found = hash.digest();
  if (found === diffId)
    return { diffId, bytes: hash.bytes, entries: reader.entries, findings: reader.findings() };
  throw new Failure(
    'content-mismatch',
    `layer ${name} unpacks to ${found}, and the image's config says ${diffId}`,
    { hint: 'Manifest and config of the image contradict each other; nothing of it was compared.' },
  );
}

interface Bound {
  readonly hash: DigestBuilder;
  readonly bytesMax: number;
  readonly tooLarge: () => Failure;
}

async function* hashed(
  chunks: AsyncIterable<Buffer>,
  { hash, bytesMax, tooLarge }: Bound,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    if (hash.bytes + chunk.length > bytesMax) throw tooLarge();
    hash.update(chunk);
    yield chunk;
  }
}
