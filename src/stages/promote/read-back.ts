import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Digest } from '../../model/digest.ts';
import type { Manifest } from '../../model/manifest.ts';
import { isForeignLayerType } from '../../model/media-type.ts';
import type { Repository } from '../../ports/repository.ts';

/**
 * Looks whether all of an image is there: every manifest is read and hashed, every blob is asked for.
 * @throws Failure `manifest-missing`, `blob-missing`, `content-*`, `registry-*`
 */
export async function readBackImage(repository: Repository, digest: Digest): Promise<void> {
  const blobs = new Set<Digest>();
  for (const manifest of await manifestsOf(repository, digest)) {
    if (manifest.kind === 'index') continue;
    for (const { digest: blob, mediaType } of [manifest.config, ...manifest.layers]) {
      if (!isForeignLayerType(mediaType)) blobs.add(blob);
    }
  }
  for (const blob of blobs) {
    if (await repository.hasBlob(blob)) continue;
    throw new Failure(
      'blob-missing',
      `${repository.name}: ${digest} was stored, but its blob ${blob} is not there`,
    );
  }
}

/** Artifacts in `repository` that belong to an image or to one of its platforms, each with what it belongs to. */
export async function artifactsOf(
  repository: Repository,
  digest: Digest,
): Promise<readonly { readonly artifact: Digest; readonly subject: Digest }[]> {
  const found: { readonly artifact: Digest; readonly subject: Digest }[] = [];
  for (const { digest: subject } of await manifestsOf(repository, digest)) {
    for (const artifact of await repository.referrers(subject))
      found.push({ artifact: artifact.digest, subject });
  }
  return found;
}

/** An image's manifests, the outermost first. @throws Failure `content-refused` beyond the limits */
async function manifestsOf(repository: Repository, digest: Digest): Promise<readonly Manifest[]> {
  const found = new Map<Digest, Manifest>();
  const waiting: { readonly digest: Digest; readonly depth: number }[] = [{ digest, depth: 0 }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (found.has(next.digest)) continue;
    if (next.depth > limits.indexDepthMax || found.size >= limits.indexDescriptorsMax) {
      throw new Failure(
        'content-refused',
        `${repository.name}: ${digest} is nested too deep or holds too many manifests`,
      );
    }
    const manifest = await repository.manifest(next.digest);
    found.set(next.digest, manifest);
    const { depth } = next;
    if (manifest.kind === 'index')
      waiting.push(...manifest.manifests.map((child) => ({ digest: child.digest, depth: depth + 1 })));
  }
  return [...found.values()];
}
