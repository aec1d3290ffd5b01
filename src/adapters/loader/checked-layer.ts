import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestAlgorithm, type Digest } from '../../model/digest.ts';
import type { Repository } from '../../ports/repository.ts';
import { UnpackedDigest } from '../../ports/unpacked-digest.ts';

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
  const hashing = new UnpackedDigest({ algorithm: digestAlgorithm(diffId) });
  try {
    for await (const chunk of from.blob(layer)) {
      await hashing.add(chunk);
      yield chunk;
    }
    await hashing.end();
  } finally {
    hashing.close();
  }
  if (hashing.digest !== diffId)
    throw layerMismatch(
      layer,
      diffId,
      hashing.digest === undefined ? 'it cannot be unpacked' : `it is ${hashing.digest}`,
    );
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

export function layerMismatch(layer: Descriptor, diffId: Digest, why: string): Failure {
  return new Failure(
    'content-mismatch',
    `layer ${layer.digest} is not ${diffId}, as the image's config says: ${why}`,
    {
      hint: 'Manifest and config of the image contradict each other; nothing was tried with it.',
    },
  );
}
