import { canonicalJson } from '../base/canonical-json.ts';
import { throwIfInterrupted } from '../base/interruption.ts';
import { invariant } from '../base/invariant.ts';
import { limits } from '../base/limits.ts';
import { bundleDocument, formatBundle, type Bundle, type LeftOut } from '../model/bundle.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import { imageNameIn } from '../model/layout-entry.ts';
import { descriptorOf, parseManifest, type ImageIndex } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import { parsePlatform } from '../model/platform.ts';
import { copyImage } from '../ports/copy.ts';
import type { Layout } from '../ports/layout.ts';
import { merge, type MergedMember, type MergeRules, type Part } from '../stages/merge/merge.ts';
import { setOf } from './bundle-create.ts';
import { putInPlace } from './bundle-place.ts';
import { readBundle } from './open-bundle.ts';
import type { Tools, Watching } from './tools.ts';

export interface MergeOrder extends MergeRules {
  readonly bundles: readonly string[];
  /** A folder, or a file that ends in `.tar`. */
  readonly out: string;
  /** ISO 8601; undefined: now. */
  readonly createdAt: string | undefined;
}

/**
 * Puts bundles together: what is one image for several processors becomes one index, and all of it one set. Manifests
 * stay byte for byte; evidence on them travels along, and a verdict on the new indexes has to come from a new gate.
 * @throws Failure `bundle-conflict`, `output-exists`, and whatever reading or writing throws
 */
export async function mergeBundles(order: MergeOrder, tools: Tools, watching: Watching): Promise<Bundle> {
  const inputs: Input[] = [];
  for (const place of order.bundles) {
    const layout = await tools.layouts.open(place);
    inputs.push({ place, layout, bundle: await readBundle(layout) });
  }
  const merged = merge(await partsOf(inputs), order);
  return putInPlace(order.out, tools.layouts, async (into) => {
    const leftOut = await layersNowhere(inputs);
    const made = merged.members.map((member) => ({ ...member, index: indexOf(member) }));
    const members = made.map(({ candidate, index }) =>
      index === undefined ? candidate : { ...candidate, digest: index.digest, mediaType: index.mediaType },
    );
    const bundle: Bundle = {
      schemaVersion: 1,
      set: setOf(members),
      createdAt: order.createdAt ?? tools.clock.now().toISOString(),
      source: merged.source,
      members,
      baselines: merged.baselines,
      leftOut,
    };
    await into.putDocument(bundleDocument, formatBundle(bundle));
    const copying: Copying = {
      inputs,
      into,
      isLeftOut: new Set(leftOut.map(({ digest }) => digest)),
      watching,
    };
    await fillGaps(copying);
    for (const { candidate, manifests, index } of made) {
      for (const { digest } of manifests) await copyFrom(digest, copying);
      const root = index ?? (await into.manifest(candidate.digest));
      await into.putManifest(root, candidate.image, await imageName(candidate.image, inputs));
    }
    for (const { digest } of merged.baselines) if (digest !== undefined) await copyFrom(digest, copying);
    return bundle;
  });
}

/** The manifests of each candidate, with their sizes, which an index has to name. */
async function partsOf(inputs: readonly Input[]): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const { place, layout, bundle } of inputs) {
    const manifests = new Map<Digest, Descriptor>();
    for (const digest of bundle.members.flatMap(({ platforms }) => platforms.map((each) => each.manifest)))
      manifests.set(digest, descriptorOf(await layout.manifest(digest)));
    parts.push({ place, bundle, manifests });
  }
  return parts;
}

interface Input {
  readonly place: string;
  readonly layout: Layout;
  readonly bundle: Bundle;
}

interface Copying {
  readonly inputs: readonly Input[];
  readonly into: Layout;
  readonly isLeftOut: ReadonlySet<Digest>;
  readonly watching: Watching;
}

/** From each bundle that has it: every one of them may hold evidence of its own. */
async function copyFrom(digest: Digest, { inputs, into, isLeftOut, watching }: Copying): Promise<void> {
  for (const { layout } of inputs) {
    throwIfInterrupted(watching.signal);
    if ((await layout.resolve(digest)) === undefined) continue;
    await copyImage(layout, into, digest, {
      leaveOut: (layer) => isLeftOut.has(layer.digest),
      withReferrers: true,
      onBlob: (blob, result) =>
        watching.observe({ kind: 'blob-copied', digest: blob.digest, size: blob.size, result }),
    });
  }
}

/** What one bundle left out and another holds comes first, from there: then copying finds it present. */
async function fillGaps({ inputs, into }: Pick<Copying, 'inputs' | 'into'>): Promise<void> {
  for (const layer of inputs.flatMap(({ bundle }) => bundle.leftOut)) {
    for (const { layout } of inputs) {
      if (await layout.hasBlob(layer.digest)) await into.putBlob(layer, () => layout.blob(layer));
    }
  }
}

/** What no bundle holds, with all places where any of them knows it to be. */
async function layersNowhere(inputs: readonly Input[]): Promise<readonly LeftOut[]> {
  const nowhere = new Map<Digest, LeftOut>();
  for (const layer of inputs.flatMap(({ bundle }) => bundle.leftOut)) {
    const there = await Promise.all(inputs.map(({ layout }) => layout.hasBlob(layer.digest)));
    if (there.includes(true)) continue;
    const sources = [...(nowhere.get(layer.digest)?.sources ?? []), ...layer.sources];
    const distinct = new Map(sources.map((source) => [JSON.stringify(source), source]));
    nowhere.set(layer.digest, { ...layer, sources: [...distinct.values()].slice(0, limits.blobSourcesMax) });
  }
  return [...nowhere.values()].toSorted((left, right) => (left.digest < right.digest ? -1 : 1));
}

/** One index for several platforms, equal for equal images; undefined: the image stands alone, or is an index already. */
function indexOf({ candidate, manifests, isIndex }: MergedMember): ImageIndex | undefined {
  if (!isIndex) return undefined;
  const platforms = new Map(candidate.platforms.map(({ platform, manifest }) => [manifest, platform]));
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: manifests.map(({ mediaType, digest, size }) => {
      const { os, architecture, variant } = parsePlatform(platforms.get(digest) ?? '');
      const platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
      return { mediaType, digest, size, platform };
    }),
  };
  const index = parseManifest(Buffer.from(canonicalJson(document)), mediaTypes.ociIndex);
  invariant(index.kind === 'index', 'what has manifests is an index');
  return index;
}

async function imageName(image: string, inputs: readonly Input[]): Promise<string | undefined> {
  for (const { layout, bundle } of inputs) {
    const digest = bundle.members.find((member) => member.image === image)?.digest;
    const name = digest === undefined ? undefined : imageNameIn(await layout.entries(), digest);
    if (name !== undefined) return name;
  }
  return undefined;
}
