import path from 'node:path';
import { Failure, isFailure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { streamOf } from '../../base/stream.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestAlgorithm, digestHex, type Digest } from '../../model/digest.ts';
import { parseManifest, type Manifest } from '../../model/manifest.ts';
import { isIndexType, mediaTypes } from '../../model/media-type.ts';
import { referrerDescriptor } from './artifact-index.ts';
import type { Files, OpenedFile } from './files.ts';
import { entryOf, formatLayoutIndex } from './layout-index.ts';
import { mayBeAbsent } from './left-out.ts';
import { childMissing, childrenOf } from './selector.ts';
import { wrongSize } from './verify.ts';

export const indexName = 'index.json';
export const versionName = 'oci-layout';
export const layoutVersion = '{"imageLayoutVersion":"1.0.0"}\n';

/** The files of an OCI layout in a directory: what its index names, and its blobs by digest. */
export class LayoutFolder {
  readonly path: string;
  readonly files: Files;

  constructor(folder: string, files: Files) {
    this.path = folder;
    this.files = files;
  }

  get indexPath(): string {
    return path.join(this.path, indexName);
  }

  /** What `index.json` names. @throws Failure `bundle-invalid` */
  async entries(): Promise<readonly Descriptor[]> {
    const bytes = await this.files.read(this.indexPath, limits.manifestBytesMax, (why) =>
      this.refuse(`${indexName}: ${why}`),
    );
    if (bytes === undefined) throw this.refuse(`${indexName} is not there`);
    try {
      const index = parseManifest(bytes, mediaTypes.ociIndex);
      return index.kind === 'index' ? index.manifests : [];
    } catch (error) {
      if (isFailure(error)) throw this.refuse(`${indexName}: ${error.message}`, error);
      throw error;
    }
  }

  /** Nobody else may be between reading the entries and writing them. @throws Failure `bundle-invalid`, `disk-full`, `file-*` */
  async putEntries(entries: readonly Descriptor[]): Promise<void> {
    if (entries.length > limits.indexDescriptorsMax)
      throw this.refuse(`${indexName} would list more than ${limits.indexDescriptorsMax} manifests`);
    await this.files.replace(this.indexPath, streamOf([formatLayoutIndex(entries)]));
  }

  /** An entry of `index.json`, or of an index that it leads to. */
  async find(
    entries: readonly Descriptor[],
    wanted: Digest,
    depth: number = 0,
  ): Promise<Descriptor | undefined> {
    const here = entries.find(({ digest }) => digest === wanted);
    if (here !== undefined || depth >= limits.indexDepthMax) return here;
    for (const entry of entries) {
      if (!isIndexType(entry.mediaType) || (await this.sizeOf(entry.digest)) === undefined) continue;
      const index = await this.manifest(entry);
      const below = index.kind === 'index' ? await this.find(index.manifests, wanted, depth + 1) : undefined;
      if (below !== undefined) return below;
    }
    return undefined;
  }

  /** Manifests whose subject is this one, as a list of referrers describes them: also those that an index leads to. */
  async referrers(subject: Digest): Promise<readonly Descriptor[]> {
    const found = new Map<Digest, Descriptor>();
    const seen = new Set<Digest>();
    const walk = async (entries: readonly Descriptor[], depth: number): Promise<void> => {
      for (const entry of entries) {
        if (seen.has(entry.digest)) continue;
        seen.add(entry.digest);
        // An index may name what is elsewhere; `index.json` may not.
        if (depth > 0 && (await this.sizeOf(entry.digest)) === undefined) continue;
        const manifest = await this.manifest(entry);
        if (manifest.subject?.digest === subject) found.set(manifest.digest, referrerDescriptor(manifest));
        if (manifest.kind === 'index' && depth < limits.indexDepthMax)
          await walk(manifest.manifests, depth + 1);
      }
    };
    await walk(await this.entries(), 0);
    return [...found.values()];
  }

  /**
   * That all is there which a manifest names, before it is stored itself. @throws Failure `blob-missing`, `content-mismatch`
   */
  async checkChildren(
    manifest: Manifest,
    {
      entries,
      elsewhere,
    }: {
      readonly entries: readonly Descriptor[];
      /** A layer that is known to lie in another place. */
      readonly elsewhere: (digest: Digest) => Promise<Descriptor | undefined>;
    },
  ): Promise<void> {
    const { manifests, blobs } = childrenOf(manifest);
    for (const child of manifests) {
      if ((await this.find(entries, child.digest)) === undefined)
        throw childMissing(this.path, manifest, child);
    }
    for (const child of [...manifests, ...blobs]) {
      const size = await this.sizeOf(child.digest);
      if (size !== undefined && size !== child.size) throw wrongSize(this.path, child, String(size));
      if (size !== undefined) continue;
      if (!mayBeAbsent(await elsewhere(child.digest), { manifest, child, place: this.path }))
        throw childMissing(this.path, manifest, child);
    }
  }

  /** The entries after a manifest was taken away. What was found through it only gets an entry of its own. */
  async entriesWithout(gone: Manifest, entries: readonly Descriptor[]): Promise<readonly Descriptor[]> {
    const others = entries.filter(({ digest }) => digest !== gone.digest);
    const orphans: Descriptor[] = [];
    for (const child of gone.kind === 'index' ? gone.manifests : []) {
      if ((await this.sizeOf(child.digest)) === undefined) continue;
      if ((await this.find(others, child.digest)) === undefined)
        orphans.push(entryOf(await this.manifest(child)));
    }
    return [...others, ...orphans];
  }

  /** @throws Failure `manifest-missing`, `content-*`, `bundle-invalid` */
  async manifest(descriptor: Descriptor): Promise<Manifest> {
    const { digest, size, mediaType } = descriptor;
    const bytes = await this.files.read(this.blobPath(digest), limits.manifestBytesMax, (why) =>
      this.#refuseBlob(digest, why),
    );
    if (bytes === undefined)
      throw new Failure('manifest-missing', `${this.path}: there is no manifest ${digest}`);
    if (bytes.length !== size) throw wrongSize(this.path, descriptor, String(bytes.length));
    return parseManifest(bytes, mediaType, digest);
  }

  /** Bytes of a blob; undefined: it is not there. */
  sizeOf(digest: Digest): Promise<number | undefined> {
    return this.files.sizeOf(this.blobPath(digest), (why) => this.#refuseBlob(digest, why));
  }

  /** A blob, open for reading; undefined: it is not there. */
  openBlob(digest: Digest): Promise<OpenedFile | undefined> {
    return this.files.openFile(this.blobPath(digest), (why) => this.#refuseBlob(digest, why));
  }

  blobPath(digest: Digest): string {
    return path.join(this.path, 'blobs', digestAlgorithm(digest), digestHex(digest));
  }

  refuse(why: string, cause?: unknown): Failure {
    return new Failure('bundle-invalid', `${this.path} is no sound OCI layout: ${why}`, { cause });
  }

  #refuseBlob(digest: Digest, why: string): Failure {
    return this.refuse(`blob ${digest}: ${why}`);
  }
}
