import { annotationKeys, descriptorJson } from '../../model/artifact-manifest.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { tagOf } from '../../model/layout-entry.ts';
import { descriptorOf, type Manifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';

export interface EntryName {
  readonly tag: string | undefined;
  /** What Docker and containerd call the image; one of ours where nobody said. */
  readonly imageName?: string | undefined;
}

/**
 * The entries after a manifest was stored. A tag stands at one entry; the entry that had it stays, without a name. The
 * manifests of an index are found through the index, so they need no entry of their own.
 */
export function withManifest(
  entries: readonly Descriptor[],
  manifest: Manifest,
  { tag, imageName }: EntryName,
): readonly Descriptor[] {
  const children = new Set(manifest.kind === 'index' ? manifest.manifests.map(({ digest }) => digest) : []);
  const kept = entries.map((entry) => (tag !== undefined && tagOf(entry) === tag ? untagged(entry) : entry));
  const others = withoutDoubles(kept).filter(
    (entry) => tagOf(entry) !== undefined || !children.has(entry.digest),
  );
  if (tag === undefined) {
    return others.some(({ digest }) => digest === manifest.digest) ? others : [...others, entryOf(manifest)];
  }
  const named = {
    ...entryOf(manifest),
    annotations: {
      [annotationKeys.refName]: tag,
      [annotationKeys.containerdName]: imageName ?? `localhost/lockkeeper:${tag}`,
    },
  };
  return [...others.filter((entry) => entry.digest !== manifest.digest || tagOf(entry) !== undefined), named];
}

/** The entries after a tag was taken away: what it stood for stays, by digest only. */
export function withoutTag(
  entries: readonly Descriptor[],
  tag: string,
  tagIn: (entry: Descriptor) => string | undefined = tagOf,
): readonly Descriptor[] {
  return withoutDoubles(entries.map((entry) => (tagIn(entry) === tag ? untagged(entry) : entry)));
}

/** `index.json` as bytes. */
export function formatLayoutIndex(entries: readonly Descriptor[]): Buffer {
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: entries.map(descriptorJson),
  };
  return Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`);
}

/** The entry of a manifest that has no name. */
export function entryOf(manifest: Manifest): Descriptor {
  const { artifactType } = manifest;
  return artifactType === undefined ? descriptorOf(manifest) : { ...descriptorOf(manifest), artifactType };
}

function untagged({ annotations, ...rest }: Descriptor): Descriptor {
  const others = Object.entries(annotations ?? {}).filter(
    ([key]) => key !== annotationKeys.refName && key !== annotationKeys.containerdName,
  );
  return others.length === 0 ? rest : { ...rest, annotations: Object.fromEntries(others) };
}

/** An entry without a name says nothing where another one holds the same digest. */
function withoutDoubles(entries: readonly Descriptor[]): readonly Descriptor[] {
  const named = new Set<Digest>(
    entries.filter((entry) => tagOf(entry) !== undefined).map(({ digest }) => digest),
  );
  const seen = new Set<Digest>();
  return entries.filter((entry) => {
    if (tagOf(entry) !== undefined) return true;
    if (named.has(entry.digest) || seen.has(entry.digest)) return false;
    seen.add(entry.digest);
    return true;
  });
}
