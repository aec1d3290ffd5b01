import { Failure } from '../base/failure.ts';
import { bundleDocument, parseBundle, type Bundle } from '../model/bundle.ts';
import type { Candidate, CandidateOrigin, CandidatePlatform } from '../model/candidate.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Engine } from '../model/engine.ts';
import type { SourceState } from '../model/evidence.ts';
import { formatImageSource, lastPart, type ImageSource, type WantedImage } from '../model/image-source.ts';
import { imageNameIn, imageNameOf, tagOf } from '../model/layout-entry.ts';
import type { ImageManifest } from '../model/manifest.ts';
import { formatPlatform } from '../model/platform.ts';
import { formatReference, parseReference, pinReference } from '../model/reference.ts';
import { isDigest } from '../model/digest.ts';
import type { Layout } from '../ports/layout.ts';
import type { Repository } from '../ports/repository.ts';
import { imagesOf } from '../stages/resolve/platforms.ts';
import { resolve } from '../stages/resolve/resolve.ts';
import type { KnownLayers } from './bundle-known.ts';
import type { Tools, Watching } from './tools.ts';

/** An image on its way into a bundle. */
export interface FoundImage {
  readonly candidate: Candidate;
  /** What Docker and containerd are to call it; undefined: nobody said. */
  readonly imageName: string | undefined;
  /** Where its manifests and what it is made of are; undefined `from`: its blobs are in the new layout already. */
  readonly from: Repository | undefined;
  readonly manifest: ImageManifest | undefined;
  /** The bundle that it comes from. */
  readonly bundle: Bundle | undefined;
}

/** How images are looked for. */
export interface Search {
  readonly into: Layout;
  readonly known: KnownLayers;
  /** Those that hold images which are wanted. */
  readonly engines: readonly Engine[];
  readonly resolvedAt: string;
  readonly tools: Tools;
  readonly watching: Watching;
}

/** The engines that are asked for images, docker first. @throws Failure `engine-*` */
export async function findEngines(
  wanted: readonly WantedImage[],
  { engines }: Pick<Tools, 'engines'>,
  signal: AbortSignal | undefined,
): Promise<readonly Engine[]> {
  const found: Engine[] = [];
  for (const kind of ['docker', 'podman'] as const)
    if (wanted.some(({ source }) => source.kind === 'engine' && source.engine === kind))
      found.push(await engines.find(kind, signal));
  return found;
}

/** All images that were asked for, in that order; those of one engine are taken with one trip. */
export async function findImages(
  wanted: readonly WantedImage[],
  search: Search,
): Promise<readonly FoundImage[]> {
  const exported = new Map<WantedImage, FoundImage>();
  for (const engine of search.engines) {
    const own = wanted.filter(({ source }) => source.kind === 'engine' && source.engine === engine.kind);
    for (const [one, found] of await exportImages(engine, own, search)) exported.set(one, found);
  }
  const found: FoundImage[] = [];
  for (const one of wanted) {
    const ready = exported.get(one);
    if (ready !== undefined) found.push(ready);
    else found.push(...(await findOne(one, search)));
  }
  checkNames(found);
  return found;
}

function checkNames(found: readonly FoundImage[]): void {
  const names = found.map(({ candidate }) => candidate.image);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw new Failure('usage', `two of the images would be called ${twice}`, {
    hint: 'Give each a name of its own, as in NAME=IMAGE.',
  });
}

async function exportImages(
  engine: Engine,
  wanted: readonly WantedImage[],
  { into, known, resolvedAt, tools, watching }: Search,
): Promise<ReadonlyMap<WantedImage, FoundImage>> {
  const { observe, signal } = watching;
  observe({ kind: 'engine-found', engine: `${engine.kind} ${engine.version}` });
  for (const { source } of wanted) observe({ kind: 'fetch-started', reference: formatImageSource(source) });
  const names = wanted.flatMap(({ source }) => (source.kind === 'engine' ? [source.image] : []));
  const images = await tools.exporterOf(engine).export(names, into, { known: known.unpacked, signal });
  return new Map(
    wanted.flatMap((one, at) => {
      const image = images[at];
      if (image === undefined || one.source.kind !== 'engine') return [];
      const { digest, mediaType } = image.manifest;
      const reference = isDigest(one.source.image) ? undefined : parseReference(one.source.image);
      const name = one.name ?? (reference === undefined ? undefined : lastPart(reference));
      if (name === undefined) throw unnamed(one);
      const candidate: Candidate = {
        image: name,
        digest,
        mediaType,
        platforms: [{ platform: formatPlatform(image.platform), manifest: digest }],
        origin: { kind: 'ready', reference: formatImageSource(one.source), resolvedAt },
      };
      const imageName =
        reference === undefined
          ? undefined
          : formatReference({ ...reference, tag: reference.tag ?? 'latest' });
      return [
        [
          one,
          { candidate, imageName, from: undefined, manifest: image.manifest, bundle: undefined },
        ] as const,
      ];
    }),
  );
}

function unnamed({ written }: WantedImage): Failure {
  return new Failure('usage', `${written} tells no name for the image`, {
    hint: `Give it one: NAME=${written}`,
  });
}

function findOne(one: WantedImage, search: Search): Promise<readonly FoundImage[]> {
  return one.source.kind === 'layout' ? findInLayout(one, one.source, search) : findInRegistry(one, search);
}

async function findInRegistry(one: WantedImage, search: Search): Promise<readonly FoundImage[]> {
  const { tools, watching, resolvedAt } = search;
  if (one.source.kind !== 'registry') return [];
  const { reference } = one.source;
  const from = tools.registries.open(reference.registry, reference.repository);
  const { descriptor } = await resolve(reference, { repository: from, clock: tools.clock });
  const written = formatReference(reference);
  if (descriptor === undefined) throw new Failure('manifest-missing', `${written} does not exist`);
  const name = one.name ?? lastPart(reference);
  watching.observe({ kind: 'resolved', image: name, reference: written, digest: descriptor.digest });
  watching.observe({ kind: 'fetch-started', reference: written });
  const { registry, repository, tag } = reference;
  const pinned = pinReference(reference, descriptor.digest).written;
  const origin = { kind: 'ready', reference: pinned, resolvedAt } as const;
  const isUnnamed = tag === undefined && reference.digest !== undefined;
  return [
    {
      candidate: await candidateOf(from, descriptor, name, origin),
      imageName: isUnnamed ? undefined : formatReference({ registry, repository, tag: tag ?? 'latest' }),
      from,
      manifest: undefined,
      bundle: undefined,
    },
  ];
}

async function findInLayout(
  one: WantedImage,
  { path, tag }: Extract<ImageSource, { readonly kind: 'layout' }>,
  { tools, watching, resolvedAt }: Search,
): Promise<readonly FoundImage[]> {
  const from = await tools.layouts.open(path);
  watching.observe({ kind: 'fetch-started', reference: one.written });
  const document = await from.document(bundleDocument);
  const bundle = document === undefined ? undefined : parseBundle(document, path);
  const entries = await from.entries();
  const members = bundle?.members.filter(({ image }) => tag === undefined || image === tag) ?? [];
  if (one.name !== undefined && members.length > 1)
    throw new Failure(
      'usage',
      `${path} holds ${members.length} images; only one of them can be called ${one.name}`,
    );
  if (members.length > 0) {
    return members.map((member) => ({
      candidate: { ...member, image: one.name ?? member.image },
      imageName: imageNameIn(entries, member.digest),
      from,
      manifest: undefined,
      bundle,
    }));
  }
  const tagged = entries.filter((each) => tag === undefined || tagOf(each) === tag);
  const [entry, ...others] = tagged.filter(({ artifactType }) => artifactType === undefined);
  if (entry === undefined)
    throw new Failure('manifest-missing', `${path} holds no image${tag === undefined ? '' : ` ${tag}`}`);
  if (others.length > 0)
    throw new Failure('usage', `${path} holds several images`, { hint: `Say which one: oci:${path}:TAG` });
  const found = await from.resolve(entry.digest);
  const name = one.name ?? tag ?? tagOf(entry);
  if (found === undefined || name === undefined) throw unnamed(one);
  const origin = { kind: 'ready', reference: `oci:${name}@${entry.digest}`, resolvedAt } as const;
  return [
    {
      candidate: await candidateOf(from, found, name, origin),
      imageName: imageNameOf(entry),
      from,
      manifest: undefined,
      bundle,
    },
  ];
}

async function candidateOf(
  from: Repository,
  descriptor: Descriptor,
  image: string,
  origin: CandidateOrigin,
): Promise<Candidate> {
  const { digest, mediaType } = descriptor;
  const platforms = await platformsOf(from, descriptor);
  if (platforms.length === 0) throw new Failure('content-refused', `${from.name}: ${digest} is no image`);
  return { image, digest, mediaType, platforms, origin };
}

/** The images that a descriptor stands for, as a bundle lists them; none where it is an artifact. */
export async function platformsOf(
  from: Repository,
  descriptor: Descriptor,
): Promise<readonly CandidatePlatform[]> {
  return (await imagesOf(from, descriptor)).map(({ platform, manifest }) => ({
    platform: formatPlatform(platform),
    manifest: manifest.digest,
  }));
}

/** Where the images come from, where all of them say the same; nothing otherwise. */
export function commonSource(found: readonly FoundImage[]): SourceState {
  const sources = new Map(found.map(({ bundle }) => [JSON.stringify(bundle?.source), bundle?.source]));
  const [only] = sources.values();
  return sources.size === 1 && only !== undefined
    ? only
    : { commit: undefined, tree: undefined, dirty: false };
}
