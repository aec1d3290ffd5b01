import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageManifest, Manifest } from '../model/manifest.ts';
import type { Repository } from './repository.ts';

export interface CopyOptions {
  /** Also moves this tag of the target, after everything else is there. */
  readonly tag?: string;
  /** A repository of the target's registry that may hold the blobs. */
  readonly mountFrom?: string;
  readonly onBlob?: (blob: Descriptor, result: 'present' | 'mounted' | 'stored') => void;
}

/**
 * Copies a manifest or index with everything that it needs, byte for byte, children before parents.
 * Run twice is run once: what the target has is not sent.
 * @throws Failure whatever reading or writing throws; the target then holds some more blobs and no new tag
 */
export async function copyImage(from: Repository, to: Repository, digest: Digest, options: CopyOptions = {}): Promise<Manifest> {
  const manifest = await copyTree({ from, to, options }, digest, 0);
  if (options.tag !== undefined) await to.putManifest(manifest, options.tag);
  return manifest;
}

interface Copying {
  readonly from: Repository;
  readonly to: Repository;
  readonly options: CopyOptions;
}

async function copyTree(copying: Copying, digest: Digest, depth: number): Promise<Manifest> {
  if (depth > limits.indexDepthMax) throw new Failure('content-refused', `${digest} is nested too deep`);
  const manifest = await copying.from.manifest(digest);
  if (manifest.kind === 'index') {
    for (const child of manifest.manifests) await copyTree(copying, child.digest, depth + 1);
  } else {
    await copyBlobs(copying, manifest);
  }
  await copying.to.putManifest(manifest);
  return manifest;
}

async function copyBlobs({ from, to, options }: Copying, manifest: ImageManifest): Promise<void> {
  const blobs = new Map([...manifest.layers, manifest.config].map((blob) => [blob.digest, blob]));
  const waiting = [...blobs.values()];
  const mount = options.mountFrom === undefined ? {} : { mountFrom: options.mountFrom };
  const worker = async (): Promise<void> => {
    for (let blob = waiting.shift(); blob !== undefined; blob = waiting.shift()) {
      const next = blob;
      const result = await to.putBlob(next, () => from.blob(next), mount);
      options.onBlob?.(next, result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limits.transfersAtOnceMax, waiting.length) }, worker));
}
