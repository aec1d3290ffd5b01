import { canonicalJson } from '../base/canonical-json.ts';
import { throwIfInterrupted } from '../base/interruption.ts';
import { bothOf } from '../base/parallel.ts';
import { bundleDocument, formatBundle, type Bundle, type LeftOut } from '../model/bundle.ts';
import type { Candidate } from '../model/candidate.ts';
import { digestOf, type Digest } from '../model/digest.ts';
import type { SourceState } from '../model/evidence.ts';
import type { ImageSource, WantedImage } from '../model/image-source.ts';
import { isForeignLayerType } from '../model/media-type.ts';
import { copyImage, type CopyOptions } from '../ports/copy.ts';
import type { Layout } from '../ports/layout.ts';
import { manifestTree } from '../ports/tree.ts';
import { commonSource, findEngines, findImages, type FoundImage } from './bundle-find.ts';
import { knownLayers, type KnownLayers } from './bundle-known.ts';
import { putInPlace } from './bundle-place.ts';
import type { Tools, Watching } from './tools.ts';

export interface CreateOrder {
  readonly images: readonly WantedImage[];
  /** A folder, or a file that ends in `.tar`. */
  readonly out: string;
  /** Images whose layers whoever receives the bundle has, or can get. */
  readonly thinAgainst: readonly ImageSource[];
  /** Of the CI cache that holds those layers too. */
  readonly cacheKey: string | undefined;
  /** What the images were built from; undefined: what the bundles say that they come from. */
  readonly commit: string | undefined;
  /** ISO 8601; undefined: now. */
  readonly createdAt: string | undefined;
}

/**
 * Makes a bundle of images that exist: every blob once, byte for byte where the source has it packed, and without the
 * layers that the receiver has. It comes to its place as a whole; run again after a crash, it goes on.
 */
export function createBundle(order: CreateOrder, tools: Tools, watching: Watching): Promise<Bundle> {
  const createdAt = order.createdAt ?? tools.clock.now().toISOString();
  return putInPlace(order.out, tools.layouts, async (into) => {
    // Asking an engine what it is and asking a registry for the base take a while, and neither needs the other.
    const [known, engines] = await bothOf(
      knownLayers(order.thinAgainst, order.cacheKey, tools),
      findEngines(order.images, tools, watching.signal),
    );
    const found = await findImages(order.images, {
      ...{ into, known, engines, tools, watching },
      resolvedAt: createdAt,
    });
    const leftOut = await layersLeftOut(found, known);
    const members = found.map(({ candidate }) => candidate);
    const commit = order.commit;
    const source: SourceState =
      commit === undefined ? commonSource(found) : { commit, tree: undefined, dirty: false };
    const bundle: Bundle = {
      schemaVersion: 1,
      set: setOf(members),
      createdAt,
      source,
      members,
      baselines: [],
      leftOut,
    };
    // Before the manifests: it is what lets them lack layers.
    await into.putDocument(bundleDocument, formatBundle(bundle));
    const isLeftOut = new Set(leftOut.map(({ digest }) => digest));
    for (const image of found) {
      throwIfInterrupted(watching.signal);
      await store(image, into, isLeftOut, watching);
    }
    return bundle;
  });
}

/** The same images are the same set. */
export function setOf(members: readonly Candidate[]): string {
  return digestOf(canonicalJson(members.map(({ image, digest }) => ({ image, digest }))));
}

/** What the images name and the bundle does not hold, in the order of the digests. */
async function layersLeftOut(found: readonly FoundImage[], known: KnownLayers): Promise<readonly LeftOut[]> {
  const leftOut = new Map<Digest, LeftOut>();
  for (const { candidate, from, manifest, bundle } of found) {
    const missing = new Map(bundle?.leftOut.map((each) => [each.digest, each]));
    const manifests = from === undefined ? [] : await manifestTree(from, candidate.digest);
    for (const each of manifest === undefined ? manifests : [manifest]) {
      if (each.kind === 'index') continue;
      for (const { digest, mediaType } of each.layers) {
        const layer = known.get(digest) ?? missing.get(digest);
        if (layer !== undefined && !isForeignLayerType(mediaType)) leftOut.set(digest, layer);
      }
    }
  }
  return [...leftOut.values()].toSorted((left, right) => (left.digest < right.digest ? -1 : 1));
}

async function store(
  { candidate, imageName, from, manifest, bundle }: FoundImage,
  into: Layout,
  isLeftOut: ReadonlySet<Digest>,
  { observe }: Watching,
): Promise<void> {
  if (from !== undefined) {
    const options: CopyOptions = {
      leaveOut: ({ digest }) => isLeftOut.has(digest),
      // Evidence and verdicts travel with the images of a bundle; what a registry keeps beside an image is its own.
      withReferrers: bundle !== undefined,
      onBlob: ({ digest, size }, result) => observe({ kind: 'blob-copied', digest, size, result }),
    };
    const root = await copyImage(from, into, candidate.digest, options);
    return into.putManifest(root, candidate.image, imageName);
  }
  if (manifest !== undefined) await into.putManifest(manifest, candidate.image, imageName);
}
