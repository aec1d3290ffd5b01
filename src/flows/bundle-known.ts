import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { bundleDocument, parseBundle, type BlobSource, type LeftOut } from '../model/bundle.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import { formatImageSource, type ImageSource } from '../model/image-source.ts';
import type { ImageManifest } from '../model/manifest.ts';
import { formatReference, pinReference } from '../model/reference.ts';
import type { KnownLayer } from '../ports/exporter.ts';
import type { Layout } from '../ports/layout.ts';
import type { Repository } from '../ports/repository.ts';
import { imageConfigOf, manifestTree } from '../ports/tree.ts';
import { resolve } from '../stages/resolve/resolve.ts';
import type { Tools } from './tools.ts';

/** Layers that a bundle may leave out, each with where it can be had. */
export class KnownLayers {
  readonly #found = new Map<Digest, { readonly layer: LeftOut; readonly diffId: Digest | undefined }>();

  has(digest: Digest): boolean {
    return this.#found.has(digest);
  }

  get(digest: Digest): LeftOut | undefined {
    return this.#found.get(digest)?.layer;
  }

  /** Those whose unpacked digest is known too. */
  get unpacked(): readonly KnownLayer[] {
    return [...this.#found.values()].flatMap(({ layer: { digest, size, mediaType }, diffId }) =>
      diffId === undefined ? [] : [{ diffId, blob: { digest, size, mediaType } }],
    );
  }

  add(
    { digest, size, mediaType }: Descriptor,
    diffId: Digest | undefined,
    sources: readonly BlobSource[],
  ): void {
    const before = this.#found.get(digest);
    const all = new Map(
      [...(before?.layer.sources ?? []), ...sources].map((source) => [JSON.stringify(source), source]),
    );
    const layer = { digest, size, mediaType, sources: [...all.values()].slice(0, limits.blobSourcesMax) };
    this.#found.set(digest, { layer, diffId: diffId ?? before?.diffId });
  }
}

/** The layers of the images that whoever receives the bundle has, or can get. */
export async function knownLayers(
  sources: readonly ImageSource[],
  cacheKey: string | undefined,
  tools: Tools,
): Promise<KnownLayers> {
  const known = new KnownLayers();
  const cached: readonly BlobSource[] = cacheKey === undefined ? [] : [{ kind: 'cache', key: cacheKey }];
  for (const source of sources) {
    const { from, roots, sourcesOf } = await openKnown(source, tools);
    for (const root of roots) {
      for (const manifest of await manifestTree(from, root)) {
        if (manifest.kind === 'index') continue;
        const config = await imageConfigOf(from, manifest);
        // Who has an image has its layers, and not what artifacts say about it.
        if (config === undefined) continue;
        const places = [...sourcesOf(manifest), ...cached];
        for (const [at, layer] of manifest.layers.entries()) known.add(layer, config.diffIds[at], places);
      }
    }
  }
  return known;
}

interface Known {
  readonly from: Repository;
  readonly roots: readonly Digest[];
  readonly sourcesOf: (manifest: ImageManifest) => readonly BlobSource[];
}

async function openKnown(source: ImageSource, tools: Tools): Promise<Known> {
  switch (source.kind) {
    case 'registry': {
      const { reference } = source;
      const from = tools.registries.open(reference.registry, reference.repository);
      const { descriptor } = await resolve(reference, { repository: from, clock: tools.clock });
      if (descriptor === undefined)
        throw new Failure(
          'manifest-missing',
          `${formatReference(reference)}, to leave layers out against, does not exist`,
        );
      const { registry, repository } = reference;
      const named = { registry, repository, written: '' };
      return {
        from,
        roots: [descriptor.digest],
        sourcesOf: ({ digest }) => [{ kind: 'registry', reference: pinReference(named, digest).written }],
      };
    }
    case 'layout': {
      const layout = await tools.layouts.open(source.path);
      const sources = await sourcesIn(layout);
      return { from: layout, roots: await rootsIn(layout, source.tag), sourcesOf: () => sources };
    }
    case 'engine':
      throw new Failure('usage', `${formatImageSource(source)} cannot be left out against`, {
        hint: 'An engine does not tell how its layers are packed elsewhere: name the image as its registry has it.',
      });
  }
}

async function sourcesIn(layout: Layout): Promise<readonly BlobSource[]> {
  const document = await layout.document(bundleDocument);
  return document === undefined ? [] : [{ kind: 'bundle', set: parseBundle(document, layout.path).set }];
}

async function rootsIn(layout: Layout, tag: string | undefined): Promise<readonly Digest[]> {
  if (tag === undefined) return (await layout.entries()).map(({ digest }) => digest);
  const found = await layout.resolve(tag);
  if (found !== undefined) return [found.digest];
  throw new Failure('manifest-missing', `${layout.path} holds no image ${tag}`);
}
