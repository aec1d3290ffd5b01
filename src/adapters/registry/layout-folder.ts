import path from 'node:path';
import { Failure, isFailure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { streamOf } from '../../base/stream.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestAlgorithm, digestHex, type Digest } from '../../model/digest.ts';
import { parseManifest, type Manifest } from '../../model/manifest.ts';
import { isIndexType, mediaTypes } from '../../model/media-type.ts';
import type { Files, OpenedFile } from './files.ts';
import { formatLayoutIndex } from './layout-index.ts';
import { wrongSize } from './verify.ts';

export const indexName = 'index.json';

/** The files of an OCI layout in a directory: what its index names, and its blobs by digest. */
export class LayoutFolder {
  readonly path: string;
  readonly files: Files;

  constructor(folder: string, files: Files) {
    this.path = folder;
    this.files = files;
  }

  /** What `index.json` names. @throws Failure `bundle-invalid` */
  async entries(): Promise<readonly Descriptor[]> {
    const bytes = await this.files.read(path.join(this.path, indexName), limits.manifestBytesMax, (why) =>
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
    await this.files.replace(path.join(this.path, indexName), streamOf([formatLayoutIndex(entries)]));
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
