import { limits } from '../../base/limits.ts';
import type { Bundle, LeftOut } from '../../model/bundle.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import type { ImageManifest, Manifest } from '../../model/manifest.ts';
import { isForeignLayerType } from '../../model/media-type.ts';
import { formatPlatform, type Platform } from '../../model/platform.ts';
import type { Layout, LayoutFile } from '../../ports/layout.ts';
import { checkDiffIds } from './diff-ids.ts';
import { hashFiles, refused, type HashedBlob } from './hash-files.ts';

export interface VerifyInput {
  /** For people. */
  readonly place: string;
  readonly files: AsyncIterable<LayoutFile>;
  /** The same bundle, to look things up in; its manifests are verified once more when they are read. */
  readonly layout: Layout;
  readonly bundle: Bundle;
  /** Which images a descriptor stands for: the resolving of platforms. */
  readonly imagesOf: (
    from: Layout,
    descriptor: Descriptor,
  ) => Promise<readonly { readonly platform: Platform; readonly manifest: Descriptor }[]>;
}

export interface Verification {
  readonly blobs: number;
  /** Of all blobs. */
  readonly bytes: number;
  readonly manifests: number;
}

/**
 * Believes nothing of a bundle: every file is one that a bundle has, every blob is hashed and unpacked within limits,
 * every reference leads to a blob or to what is listed as left out, and nothing is there that nobody refers to.
 * @throws Failure `bundle-invalid`, `content-*`, `blob-missing`, `manifest-missing`
 */
export async function verify(input: VerifyInput): Promise<Verification> {
  const { place, files, layout, bundle } = input;
  const blobs = await hashFiles(files, place);
  const walk: Walk = { ...input, blobs, named: new Set(), manifests: 0, bytes: 0 };
  for (const entry of await layout.entries()) await visit(walk, entry, 0);
  await checkMembers(walk);
  checkBaselines(walk);
  const idle = bundle.leftOut.find(({ digest }) => !walk.named.has(digest));
  if (idle !== undefined) throw refused(place, `${idle.digest} is listed as left out, and no image names it`);
  const extra = [...blobs.keys()].find((digest) => !walk.named.has(digest));
  if (extra !== undefined) throw refused(place, `nothing in it refers to blob ${extra}`);
  const bytes = [...blobs.values()].reduce((sum, { size }) => sum + size, 0);
  return { blobs: blobs.size, bytes, manifests: walk.manifests };
}

interface Walk extends VerifyInput {
  readonly blobs: ReadonlyMap<Digest, HashedBlob>;
  /** All that something refers to. */
  readonly named: Set<Digest>;
  manifests: number;
  bytes: number;
}

async function visit(walk: Walk, descriptor: Descriptor, depth: number): Promise<void> {
  const { place, layout, named } = walk;
  if (depth > limits.indexDepthMax) throw refused(place, `${descriptor.digest} is nested too deep`);
  checkThere(walk, descriptor, undefined);
  if (named.has(descriptor.digest)) return;
  named.add(descriptor.digest);
  const manifest = await layout.manifest(descriptor.digest);
  countManifest(walk, manifest);
  if (manifest.kind === 'index') {
    for (const child of manifest.manifests) await visit(walk, child, depth + 1);
    return;
  }
  await visitImage(walk, manifest);
}

/** One manifest may name a thousand; all together must stay within what one level of an index may be. */
function countManifest(walk: Walk, manifest: Manifest): void {
  walk.manifests += 1;
  walk.bytes += manifest.bytes.length;
  if (
    walk.manifests > limits.bundleManifestsMax ||
    walk.bytes > limits.bundleManifestsMax * limits.manifestBytesMax
  )
    throw refused(walk.place, `it holds more than ${limits.bundleManifestsMax} manifests`);
}

async function visitImage(walk: Walk, manifest: ImageManifest): Promise<void> {
  const { named, blobs, layout, bundle } = walk;
  const leftOut = new Map(bundle.leftOut.map((each) => [each.digest, each]));
  checkThere(walk, manifest.config, undefined);
  named.add(manifest.config.digest);
  for (const layer of manifest.layers) {
    named.add(layer.digest);
    if (isForeignLayerType(layer.mediaType) && !blobs.has(layer.digest)) continue;
    checkThere(walk, layer, leftOut.get(layer.digest));
  }
  await checkDiffIds(layout, manifest, blobs);
}

function checkThere(
  { place, blobs }: Walk,
  { digest, size }: Descriptor,
  leftOut: LeftOut | undefined,
): void {
  const there = blobs.get(digest) ?? leftOut;
  if (there === undefined) throw refused(place, `${digest} is neither there nor listed as left out`);
  if (there.size !== size)
    throw refused(place, `${digest} is named with ${size} bytes and has ${there.size}`);
}

/** What the document says of a candidate is what the candidate is. */
async function checkMembers({ place, layout, bundle, imagesOf }: Walk): Promise<void> {
  for (const { image, digest, mediaType, platforms } of bundle.members) {
    const found = await layout.resolve(digest);
    if (found === undefined) throw refused(place, `the candidate ${image}, ${digest}, is not in it`);
    if (found.mediaType !== mediaType) throw refused(place, `${image} is no ${mediaType}`);
    const images = await imagesOf(layout, found);
    const real = images.map(({ platform, manifest }) => `${formatPlatform(platform)} ${manifest.digest}`);
    const said = platforms.map(({ platform, manifest }) => `${platform} ${manifest}`);
    if (real.toSorted().join() !== said.toSorted().join())
      throw refused(place, `${image} has other platforms than its document says`);
  }
}

function checkBaselines({ place, bundle, named }: Walk): void {
  for (const { image, digest } of bundle.baselines)
    if (digest !== undefined && !named.has(digest))
      throw refused(place, `the baseline of ${image}, ${digest}, is not in it`);
}
