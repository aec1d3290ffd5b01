import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestAlgorithm, type Digest } from '../../model/digest.ts';
import type { ImageManifest } from '../../model/manifest.ts';
import type { Repository } from '../../ports/repository.ts';
import { imageConfigOf } from '../../ports/tree.ts';
import { UnpackedDigest } from '../../ports/unpacked-digest.ts';
import type { HashedBlob } from './hash-files.ts';

/**
 * Holds the layers that are there against the diff ids of the image's config: what engines run is what the config
 * names, what ships is what the manifest names. @throws Failure `content-mismatch`, `content-refused`
 */
export async function checkDiffIds(
  from: Repository,
  manifest: ImageManifest,
  blobs: ReadonlyMap<Digest, HashedBlob>,
): Promise<void> {
  const { layers, digest } = manifest;
  const said = await imageConfigOf(from, manifest);
  const diffIds = said?.diffIds ?? [];
  // BuildKit's attestations lie beside images with a config that names no layer.
  if (diffIds.length === 0) return;
  if (diffIds.length !== layers.length) {
    throw new Failure(
      'content-mismatch',
      `${digest} has ${layers.length} layers, and its config speaks of ${diffIds.length}`,
    );
  }
  for (const [at, layer] of layers.entries()) {
    const diffId = diffIds[at];
    const blob = blobs.get(layer.digest);
    if (blob === undefined || diffId === undefined) continue;
    const unpacked =
      digestAlgorithm(diffId) === 'sha256' ? blob.unpacked : await unpackAgain(from, layer, diffId);
    if (unpacked === diffId) continue;
    throw new Failure(
      'content-mismatch',
      `layer ${layer.digest} of ${digest} unpacks to ${unpacked ?? 'nothing'}, and the image's config says ${diffId}`,
      { hint: 'Manifest and config of the image contradict each other; do not use the bundle.' },
    );
  }
}

/** Its size when unpacked is within the limits already. */
async function unpackAgain(from: Repository, layer: Descriptor, diffId: Digest): Promise<Digest | undefined> {
  const unpacked = new UnpackedDigest({ algorithm: digestAlgorithm(diffId) });
  try {
    for await (const piece of from.blob(layer)) await unpacked.add(piece);
    await unpacked.end();
  } finally {
    unpacked.close();
  }
  return unpacked.digest;
}
