import { posix } from 'node:path';
import { Failure } from '../../base/failure.ts';
import { textAt, textsAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import { collectBytes, streamOf } from '../../base/stream.ts';
import { parseJsonStrictly } from '../../base/strict-json.ts';
import type { TarEntry } from '../../base/tar-read.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { DigestBuilder, digestHex, type Digest } from '../../model/digest.ts';
import { parseImageConfig } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import type { Engine } from '../../model/engine.ts';
import { readDockerSave } from './docker-save.ts';
import { gzip } from './gzip.ts';
import { ociManifest } from './oci-manifest.ts';
import { notUnderstood, type SavedImage } from './saved-image.ts';
import { readPieces, removeFile, writeFresh, type TemporaryFolder } from './temporary-folder.ts';

/** A layer as it ships, and the digest that it has unpacked. */
export interface PackedLayer {
  readonly diffId: Digest;
  readonly blob: Descriptor;
}

/**
 * What was packed before, by the name of the member in the archive. Docker gives a layer the same name in every archive
 * as long as the same layers lie below it. A name that deceives does no harm: diff ids are compared with the config.
 */
export type PackedBefore = Map<string, PackedLayer>;

export interface DockerArchiveOptions {
  readonly folder: TemporaryFolder;
  readonly packed: PackedBefore;
  readonly has: (blob: Digest) => Promise<boolean>;
  readonly signal: AbortSignal | undefined;
  /** Layers that exist elsewhere, by their diff ids: they are named as they are there, and not packed. */
  readonly known?: ReadonlyMap<Digest, Descriptor>;
}

/**
 * Takes an image out of docker's classic store, which knows neither manifest nor packed layers: layers are packed as
 * they come by, the config stays byte for byte (its digest is the image's id), and the manifest is ours.
 * @throws Failure `engine-*`, `program-output`, `content-mismatch`, `disk-full`
 */
export async function saveFromClassicStore(
  engine: Engine,
  id: Digest,
  options: DockerArchiveOptions,
): Promise<SavedImage> {
  const archive = new DockerArchive(options);
  await readDockerSave(engine, [id], options.signal, (entry) => archive.take(entry));
  return archive.finish(id);
}

/** The same for several images with one trip: what they share is handed out, and packed, once. */
export async function saveSeveralFromClassicStore(
  engine: Engine,
  ids: readonly Digest[],
  options: DockerArchiveOptions,
): Promise<readonly SavedImage[]> {
  const archive = new DockerArchive(options);
  await readDockerSave(engine, [...new Set(ids)], options.signal, (entry) => archive.take(entry));
  const images: SavedImage[] = [];
  for (const id of ids) images.push(await archive.finish(id));
  return images;
}

type Member =
  | { readonly kind: 'document'; readonly bytes: Buffer }
  | { readonly kind: 'layer'; readonly layer: PackedLayer }
  | { readonly kind: 'link'; readonly target: string };

// Per layer there are a version and a document of a few hundred bytes, and once the config.
const documentsBytesMax = 8 * limits.imageConfigBytesMax;

class DockerArchive {
  readonly #options: DockerArchiveOptions;
  readonly #members = new Map<string, Member>();
  readonly #files = new Map<Digest, string>();
  #documentBytes = 0;

  constructor(options: DockerArchiveOptions) {
    this.#options = options;
  }

  /** Nothing tells yet what a member is: that stands in `manifest.json`, which comes last, and order says nothing. */
  async take(entry: TarEntry): Promise<void> {
    const name = posix.normalize(entry.name);
    switch (entry.kind) {
      case 'file':
        this.#members.set(name, await this.#file(name, entry));
        break;
      case 'link':
        this.#members.set(name, { kind: 'link', target: posix.join(posix.dirname(name), entry.linkName) });
        break;
      case 'hard-link':
        this.#members.set(name, { kind: 'link', target: posix.normalize(entry.linkName) });
        break;
      default:
    }
  }

  async finish(id: Digest): Promise<SavedImage> {
    const { config: configName, layers: layerNames } = this.#entryOf(id);
    const config = this.#document(configName);
    // The id of an image in this store is the digest of its config, which is checked here.
    const { platform, diffIds } = parseImageConfig(config, id);
    const layers: PackedLayer[] = [];
    for (const name of layerNames) layers.push(await this.#layer(name));
    if (layers.map(({ diffId }) => diffId).join() !== diffIds.join()) {
      throw new Failure(
        'content-mismatch',
        `docker save hands out other layers for ${id} than its config names`,
      );
    }
    for (const [index, name] of layerNames.entries()) {
      const layer = layers[index];
      if (layer !== undefined) this.#options.packed.set(this.#follow(name).name, layer);
    }
    const file = this.#options.folder.fresh('config');
    await writeFresh(file, streamOf([config]));
    const manifest = ociManifest(
      { mediaType: mediaTypes.ociConfig, digest: id, size: config.length },
      layers.map(({ blob }) => blob),
    );
    return { manifest, platform, files: new Map([...this.#files, [id, file]]) };
  }

  async #file(name: string, { size, content }: TarEntry): Promise<Member> {
    const before = this.#options.packed.get(name);
    if (before !== undefined && (await this.#options.has(before.blob.digest)))
      return { kind: 'layer', layer: before };
    const [first, whole] = await peek(content);
    const isDocument =
      size < tarBytesMin || (size <= limits.imageConfigBytesMax && (first === 0x7b || first === 0x5b));
    return isDocument
      ? { kind: 'document', bytes: await this.#keep(whole) }
      : { kind: 'layer', layer: await this.#layerOf(whole) };
  }

  async #keep(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const bytes = await collectBytes(content, documentsBytesMax - this.#documentBytes, () => {
      throw notUnderstood(`its documents are larger than ${documentsBytesMax} bytes`);
    });
    this.#documentBytes += bytes.length;
    return bytes;
  }

  /** Where layers are known, most of them need not be packed: which one it is, only its whole content tells. */
  async #layerOf(content: AsyncIterable<Uint8Array>): Promise<PackedLayer> {
    const { known, folder } = this.#options;
    if (known === undefined || known.size === 0) return this.#pack(content);
    const plain = new DigestBuilder();
    const file = folder.fresh('plain');
    await writeFresh(file, hashed(content, plain));
    const diffId = plain.digest();
    const blob = known.get(diffId);
    const layer = blob === undefined ? await this.#pack(readPieces(file)) : { diffId, blob };
    await removeFile(file);
    return layer;
  }

  async #pack(content: AsyncIterable<Uint8Array>): Promise<PackedLayer> {
    const plain = new DigestBuilder();
    const packed = new DigestBuilder();
    const file = this.#options.folder.fresh('layer');
    await writeFresh(file, hashed(gzip(hashed(content, plain)), packed));
    const digest = packed.digest();
    this.#files.set(digest, file);
    return {
      diffId: plain.digest(),
      blob: { mediaType: mediaTypes.ociLayerGzip, digest, size: packed.bytes },
    };
  }

  /** `manifest.json` lists the images by the names of their configs; those names hold digests, which are checked later. */
  #entryOf(id: Digest): { readonly config: string; readonly layers: readonly string[] } {
    const list = parseJsonStrictly(this.#document('manifest.json'), (why) =>
      notUnderstood(`manifest.json: ${why}`),
    );
    const count = Array.isArray(list) ? list.length : 0;
    const entries = Array.from({ length: count }, (_, at) => ({
      config: textAt(list, at, 'Config'),
      layers: textsAt(list, at, 'Layers'),
    }));
    const { config, layers } =
      entries.find((each) => count === 1 || each.config?.includes(digestHex(id)) === true) ?? {};
    if (config === undefined || layers === undefined)
      throw notUnderstood(`manifest.json does not name ${id}`);
    return { config, layers };
  }

  #document(name: string): Buffer {
    const { member } = this.#follow(name);
    if (member.kind === 'document') return member.bytes;
    throw notUnderstood(`${JSON.stringify(name.slice(0, 200))} is no document`);
  }

  async #layer(name: string): Promise<PackedLayer> {
    const { member } = this.#follow(name);
    // A layer may look like a document: one file whose name begins with a brace.
    return member.kind === 'layer' ? member.layer : this.#layerOf(streamOf([member.bytes]));
  }

  #follow(name: string): {
    readonly name: string;
    readonly member: Exclude<Member, { readonly kind: 'link' }>;
  } {
    let at = posix.normalize(name);
    for (let links = 0; links <= limits.archiveLinksMax; links += 1) {
      const member = this.#members.get(at);
      if (member === undefined) break;
      if (member.kind !== 'link') return { name: at, member };
      at = member.target;
    }
    throw notUnderstood(`it lacks ${JSON.stringify(name.slice(0, 200))}`);
  }
}

/** The least that an archive can be. */
const tarBytesMin = 1024;

/** The first byte of a stream, and the stream from its beginning. */
async function peek(
  content: AsyncIterable<Uint8Array>,
): Promise<readonly [first: number | undefined, whole: AsyncIterable<Uint8Array>]> {
  const iterator = content[Symbol.asyncIterator]();
  const start = await iterator.next();
  async function* whole(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let next = start; next.done !== true; next = await iterator.next()) yield next.value;
  }
  return [start.done === true ? undefined : start.value[0], whole()];
}

async function* hashed<T extends Uint8Array>(
  source: AsyncIterable<T>,
  digest: DigestBuilder,
): AsyncGenerator<T, void, undefined> {
  for await (const piece of source) {
    digest.update(piece);
    yield piece;
  }
}
