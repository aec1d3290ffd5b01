import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { eachInParallel } from '../base/parallel.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageManifest, Manifest } from '../model/manifest.ts';
import { isForeignLayerType } from '../model/media-type.ts';
import type { Repository } from './repository.ts';

export interface CopyOptions {
  /** Also moves this tag of the target, after everything else is there. */
  readonly tag?: string;
  /** A repository of the target's registry that may hold the blobs. */
  readonly mountFrom?: string;
  /** Also copies what belongs to the image and to its platforms, what belongs to that, and so on. */
  readonly withReferrers?: boolean;
  /** Layers that stay behind; the target has to be one that may lack them. */
  readonly leaveOut?: (layer: Descriptor) => boolean;
  readonly onBlob?: (blob: Descriptor, result: 'present' | 'mounted' | 'stored') => void;
  readonly onManifest?: (result: 'present' | 'stored', manifest: Manifest) => void;
}

/**
 * Copies a manifest or index with everything that it needs, byte for byte, children before parents.
 * Run twice is run once: what the target has is not sent.
 * @throws Failure whatever reading or writing throws; the target then holds some more blobs and no new tag
 */
export async function copyImage(
  from: Repository,
  to: Repository,
  digest: Digest,
  options: CopyOptions = {},
): Promise<Manifest> {
  const copying: Copying = { from, to, options, root: digest, done: new Map(), named: 0, bytes: 0 };
  const manifest = await copyTree(copying, digest, 0);
  if (options.withReferrers === true) await copyReferrers(copying);
  if (options.tag !== undefined) await to.putManifest(manifest, options.tag);
  return manifest;
}

interface Copying {
  readonly from: Repository;
  readonly to: Repository;
  readonly options: CopyOptions;
  readonly root: Digest;
  /** Manifests that are there already; an index may name one several times. */
  readonly done: Map<Digest, Manifest>;
  /** How many children all indexes so far name. */
  named: number;
  /** Of all manifests so far. */
  bytes: number;
}

async function copyTree(copying: Copying, digest: Digest, depth: number): Promise<Manifest> {
  const known = copying.done.get(digest);
  if (known !== undefined) return known;
  return copyManifest(copying, await copying.from.manifest(digest), depth);
}

async function copyManifest(copying: Copying, manifest: Manifest, depth: number): Promise<Manifest> {
  const { to, options, done } = copying;
  const { digest } = manifest;
  checkLimits(copying, manifest, depth);
  if (manifest.kind === 'index') {
    for (const child of manifest.manifests) await copyTree(copying, child.digest, depth + 1);
  } else {
    await copyBlobs(copying, manifest);
  }
  // One that belongs to a subject is put again: a crash may have come between storing it and listing it there.
  const present = manifest.subject === undefined && (await to.resolve(digest)) !== undefined;
  if (!present) await to.putManifest(manifest);
  options.onManifest?.(present ? 'present' : 'stored', manifest);
  done.set(digest, manifest);
  return manifest;
}

/**
 * Goes over all that is there, which grows meanwhile; the limits on one tree hold for all of it together. What a list
 * claims counts for nothing until the artifact says it too.
 */
async function copyReferrers(copying: Copying): Promise<void> {
  const { from, done } = copying;
  const distances = new Map<Digest, number>();
  for (const subject of done.keys()) {
    const distance = (distances.get(subject) ?? 0) + 1;
    for (const { digest } of await from.referrers(subject)) {
      if (done.has(digest)) continue;
      const artifact = await from.manifest(digest);
      if (artifact.subject?.digest !== subject) continue;
      if (distance > limits.referrersDepthMax) throw bomb(copying, 'has referrers of referrers without end');
      distances.set(digest, distance);
      await copyManifest(copying, artifact, 0);
    }
  }
}

/** An index can name a thousand indexes of a thousand: the whole tree may be as large as one manifest a level may be. */
function checkLimits(copying: Copying, manifest: Manifest, depth: number): void {
  copying.bytes += manifest.bytes.length;
  if (depth > limits.indexDepthMax) throw bomb(copying, 'is nested too deep');
  copying.named += manifest.kind === 'index' ? manifest.manifests.length : 0;
  if (Math.max(copying.done.size + 1, copying.named) > limits.indexDescriptorsMax)
    throw bomb(copying, `holds more than ${limits.indexDescriptorsMax} manifests`);
  if (copying.bytes > limits.manifestBytesMax * limits.indexDepthMax)
    throw bomb(copying, 'has manifests that are too large together');
}

function bomb({ from, root }: Copying, why: string): Failure {
  return new Failure('content-refused', `${from.name}: ${root} ${why}`);
}

async function copyBlobs({ from, to, options }: Copying, manifest: ImageManifest): Promise<void> {
  const blobs = new Map([...manifest.layers, manifest.config].map((blob) => [blob.digest, blob]));
  const mount = options.mountFrom === undefined ? {} : { mountFrom: options.mountFrom };
  const copyBlob = async (blob: Descriptor): Promise<void> => {
    // Its bytes may be had from their licensor only; registries take the manifest without them.
    if (isForeignLayerType(blob.mediaType) && !(await from.hasBlob(blob.digest))) return;
    if (blob.digest !== manifest.config.digest && options.leaveOut?.(blob) === true) return;
    const result = await to.putBlob(blob, () => from.blob(blob), mount);
    options.onBlob?.(blob, result);
  };
  await eachInParallel(blobs.values(), limits.transfersAtOnceMax, copyBlob);
}
