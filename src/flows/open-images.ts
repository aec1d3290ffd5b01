import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { eachInParallel } from '../base/parallel.ts';
import { annotationKeys } from '../model/artifact-manifest.ts';
import { bundleDocument, parseBundle } from '../model/bundle.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { describeEngine, type EngineKind } from '../model/engine.ts';
import { formatImageSource, type ImageSource } from '../model/image-source.ts';
import { descriptorOf } from '../model/manifest.ts';
import { isIndexType } from '../model/media-type.ts';
import { formatPlatform, type Platform } from '../model/platform.ts';
import { formatReference } from '../model/reference.ts';
import type { Layout } from '../ports/layout.ts';
import type { Repository } from '../ports/repository.ts';
import { imagesOf } from '../stages/resolve/platforms.ts';
import { resolve } from '../stages/resolve/resolve.ts';
import { openImage, type OpenedImage } from './image-contents.ts';
import type { Tools, Watching } from './tools.ts';

/** An image that somebody named, looked up once. */
export interface OpenedSource {
  /** In one spelling. */
  readonly name: string;
  readonly repository: Repository;
  readonly descriptor: Descriptor;
}

export interface OpenTools extends Pick<
  Tools,
  'registries' | 'layouts' | 'engines' | 'exporterOf' | 'clock'
> {
  /** A new layout that goes when the process ends, for what engines hand out. */
  readonly scratch: () => Promise<Layout>;
}

/**
 * Looks up images wherever they are, and returns them in the order of the sources. An engine is asked once for all of its images.
 * @throws Failure `manifest-missing`, `usage`, `bundle-*`, `engine-*`, `registry-*`
 */
export async function openImages(
  sources: readonly ImageSource[],
  tools: OpenTools,
  watching: Watching,
): Promise<readonly OpenedSource[]> {
  const opened = new Map<ImageSource, OpenedSource>();
  for (const kind of ['docker', 'podman'] as const) {
    for (const [source, exported] of await exportFrom(kind, sources, tools, watching))
      opened.set(source, exported);
  }
  const others = sources.filter((source) => !opened.has(source));
  await eachInParallel(others, limits.lookUpsAtOnceMax, async (source) => {
    opened.set(source, await openOne(source, tools));
  });
  return sources.flatMap((source) => opened.get(source) ?? []);
}

async function exportFrom(
  kind: EngineKind,
  sources: readonly ImageSource[],
  tools: OpenTools,
  { observe, signal }: Watching,
): Promise<ReadonlyMap<ImageSource, OpenedSource>> {
  const own = sources.filter((source) => source.kind === 'engine' && source.engine === kind);
  if (own.length === 0) return new Map();
  const engine = await tools.engines.find(kind, signal);
  observe({ kind: 'engine-found', engine: describeEngine(engine) });
  for (const source of own) observe({ kind: 'fetch-started', reference: formatImageSource(source) });
  const names = own.flatMap((source) => (source.kind === 'engine' ? [source.image] : []));
  const repository = await tools.scratch();
  const images = await tools.exporterOf(engine).export(names, repository, { known: [], signal });
  // An exporter copies what images are made of; their manifests are ours to put.
  for (const { manifest } of images) await repository.putManifest(manifest);
  return new Map(
    own.flatMap((source, at) => {
      const manifest = images[at]?.manifest;
      if (manifest === undefined) return [];
      return [[source, { name: formatImageSource(source), repository, descriptor: descriptorOf(manifest) }]];
    }),
  );
}

function openOne(source: ImageSource, tools: OpenTools): Promise<OpenedSource> {
  switch (source.kind) {
    case 'registry':
      return openInRegistry(source, tools);
    case 'layout':
      return openInLayout(source, tools);
    case 'engine':
      throw new Failure('manifest-missing', `${source.engine} handed out no image ${source.image}`);
  }
}

async function openInRegistry(
  { reference }: Extract<ImageSource, { readonly kind: 'registry' }>,
  { registries, clock }: OpenTools,
): Promise<OpenedSource> {
  const repository = registries.open(reference.registry, reference.repository);
  const { descriptor } = await resolve(reference, { repository, clock });
  const name = formatReference(reference);
  if (descriptor === undefined) throw new Failure('manifest-missing', `${name} does not exist`);
  return { name, repository, descriptor };
}

/** A member of a bundle by its name, or an image of a layout by its tag; without either the only one there is. */
async function openInLayout(
  source: Extract<ImageSource, { readonly kind: 'layout' }>,
  { layouts }: OpenTools,
): Promise<OpenedSource> {
  const { path, tag } = source;
  const repository = await layouts.open(path);
  const document = await repository.document(bundleDocument);
  const members = document === undefined ? [] : parseBundle(document, path).members;
  const images =
    members.length > 0
      ? members.map(({ image, digest }) => ({ name: image, digest }))
      : (await repository.entries())
          .filter(({ artifactType }) => artifactType === undefined)
          .map(({ annotations, digest }) => ({ name: annotations?.[annotationKeys.refName], digest }));
  const wanted = images.filter(({ name }) => tag === undefined || name === tag);
  const [first, ...others] = new Set(wanted.map(({ digest }) => digest));
  if (first === undefined)
    throw new Failure('manifest-missing', `${path} holds no image${tag === undefined ? '' : ` ${tag}`}`);
  if (others.length > 0)
    throw new Failure('usage', `${path} holds several images`, { hint: `Say which one: oci:${path}:NAME` });
  const name = formatImageSource(source);
  return { name, repository, descriptor: descriptorOf(await repository.manifest(first)) };
}

/** An image of one platform behind a name; its manifest and config are fetched once, when they are needed. */
export interface OfferedImage {
  readonly platform: string;
  readonly open: () => Promise<OpenedImage>;
}

/**
 * The images behind a name, each of one platform.
 * @param wanted undefined: all of them
 * @throws Failure `manifest-missing` where there is none, or none for the platform
 */
export async function platformImages(
  source: OpenedSource,
  wanted: Platform | undefined,
): Promise<readonly OfferedImage[]> {
  const images = await offersOf(source);
  const found = images.filter(({ platform }) => wanted === undefined || platform === formatPlatform(wanted));
  if (found.length > 0) return found;
  const what = wanted === undefined ? 'is no image' : `has no image for ${formatPlatform(wanted)}`;
  throw new Failure('manifest-missing', `${source.name} ${what}`, {
    ...(images.length > 0 && { hint: `It has ${images.map(({ platform }) => platform).join(', ')}.` }),
  });
}

async function offersOf({ repository, descriptor }: OpenedSource): Promise<readonly OfferedImage[]> {
  if (isIndexType(descriptor.mediaType)) {
    const images = await imagesOf(repository, descriptor);
    return images.map(({ platform, manifest }) => ({
      platform: formatPlatform(platform),
      open: () => openImage({ repository, manifest: manifest.digest }),
    }));
  }
  const image = await openImage({ repository, manifest: descriptor.digest });
  return [{ platform: formatPlatform(image.config.platform), open: () => Promise.resolve(image) }];
}
