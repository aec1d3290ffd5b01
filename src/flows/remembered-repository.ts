import { isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { digestAlgorithm, digestHex, digestOf, type Digest } from '../model/digest.ts';
import { parseManifest, type Manifest } from '../model/manifest.ts';
import { isImageConfigType } from '../model/media-type.ts';
import { delegate } from '../ports/delegate.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import type { Repository } from '../ports/repository.ts';
import { forgiving } from './forgiving-cache.ts';

/**
 * A repository whose manifests and configs are asked for once, and kept by their digests from one command to the next: an
 * image that was looked at before costs the question what its name stands for, and nothing else. What is kept is hashed
 * again when it is used.
 */
export function remembered(inner: Repository, layerCache: LayerCache): Repository {
  const cache = forgiving(layerCache);
  return delegate(inner, {
    manifest: (digest) => manifestOf(inner, cache, digest),
    blob: (descriptor) => (isKept(descriptor) ? configOf(inner, cache, descriptor) : inner.blob(descriptor)),
  });
}

// Counts up whenever something else is kept under the same name.
const version = 1;

type Cache = ReturnType<typeof forgiving>;

async function manifestOf(inner: Repository, cache: Cache, digest: Digest): Promise<Manifest> {
  const name = `manifest.${version}-${digestHex(digest)}`;
  const kept = await cache.get(name);
  const known = kept === undefined ? undefined : readKept(kept, digest);
  if (known !== undefined) return known;
  const manifest = await inner.manifest(digest);
  await cache.put(name, [Buffer.from(`${manifest.mediaType}\n`), manifest.bytes]);
  return manifest;
}

/** The media type stands on the first line, since it is no part of the bytes that are hashed. Undefined: it was damaged. */
function readKept(kept: Uint8Array, digest: Digest): Manifest | undefined {
  const end = kept.indexOf(10);
  const mediaType = Buffer.from(kept.subarray(0, Math.max(end, 0))).toString();
  try {
    return parseManifest(kept.subarray(end + 1), mediaType, digest);
  } catch (error) {
    if (isFailure(error)) return undefined;
    throw error;
  }
}

function isKept({ mediaType, size }: Descriptor): boolean {
  return isImageConfigType(mediaType) && size <= limits.imageConfigBytesMax;
}

/** Nothing is kept before the end was reached: only there it is proven. */
async function* configOf(
  inner: Repository,
  cache: Cache,
  descriptor: Descriptor,
): AsyncGenerator<Uint8Array> {
  const { digest } = descriptor;
  const name = `config.${version}-${digestHex(digest)}`;
  const kept = await cache.get(name);
  if (kept !== undefined && digestOf(kept, digestAlgorithm(digest)) === digest) {
    yield kept;
    return;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of inner.blob(descriptor)) {
    chunks.push(chunk);
    yield chunk;
  }
  await cache.put(name, chunks);
}
