import path from 'node:path';
import { Failure, isFailure } from '../../base/failure.ts';
import { invariant } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import { streamOf } from '../../base/stream.ts';
import { bundleDocument, type LeftOut } from '../../model/bundle.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestAlgorithm, digestHex, type Digest } from '../../model/digest.ts';
import { descriptorOf, parseManifest, type Manifest } from '../../model/manifest.ts';
import { mediaTypes } from '../../model/media-type.ts';
import { isTag } from '../../model/reference.ts';
import type { Layout } from '../../ports/layout.ts';
import type { PutBlobResult } from '../../ports/repository.ts';
import { referrerDescriptor } from './artifact-index.ts';
import { formatLayoutIndex, tagOf, withManifest } from './layout-index.ts';
import { absentBlob, mayBeAbsent, readLeftOut } from './left-out.ts';
import { holdingLock, type LockTools } from './lock.ts';
import type { Mutex } from './mutex.ts';
import { childMissing, childrenOf, parseSelector } from './selector.ts';
import { restartable } from './source.ts';
import { BlobCheck, wrongSize } from './verify.ts';

export const indexName = 'index.json';

export interface FileLayoutOptions {
  readonly path: string;
  readonly lock: LockTools;
  /** Of this path in this process: `index.json` is read and written as one step. */
  readonly mutex: Mutex;
}

/** An OCI layout in a directory. `index.json` is written last, so what it names is there. */
export class FileLayout implements Layout {
  readonly path: string;
  readonly #lock: LockTools;
  readonly #mutex: Mutex;

  constructor({ path: folder, lock, mutex }: FileLayoutOptions) {
    this.path = folder;
    this.#lock = lock;
    this.#mutex = mutex;
  }

  get name(): string {
    return this.path;
  }

  async resolve(tagOrDigest: string): Promise<Descriptor | undefined> {
    const selector = parseSelector(tagOrDigest);
    const entries = await this.#entries();
    const entry =
      selector.kind === 'tag'
        ? entries.find((each) => tagOf(each) === selector.tag)
        : await this.#find(entries, selector.digest, 0);
    if (entry === undefined) return undefined;
    const { mediaType, digest, size } = entry;
    return (await this.#sizeOf(digest)) === undefined ? undefined : { mediaType, digest, size };
  }

  async manifest(digest: Digest): Promise<Manifest> {
    const descriptor = await this.resolve(digest);
    if (descriptor === undefined)
      throw new Failure('manifest-missing', `${this.name}: there is no manifest ${digest}`);
    return this.#read(descriptor);
  }

  async hasBlob(digest: Digest): Promise<boolean> {
    return (await this.#sizeOf(digest)) !== undefined;
  }

  async *blob(descriptor: Descriptor): AsyncGenerator<Uint8Array> {
    const file = await this.#files.openFile(this.#blobPath(descriptor.digest), (why) =>
      this.#refuseBlob(descriptor.digest, why),
    );
    if (file === undefined) throw absentBlob(this.name, descriptor.digest, await this.#leftOut());
    if (file.size !== descriptor.size) {
      await file.close();
      throw wrongSize(this.name, descriptor, String(file.size));
    }
    const check = new BlobCheck(descriptor, this.name);
    for await (const piece of file.pieces()) {
      check.update(piece);
      yield piece;
    }
    check.end();
  }

  async putBlob(descriptor: Descriptor, open: () => AsyncIterable<Uint8Array>): Promise<PutBlobResult> {
    if ((await this.#sizeOf(descriptor.digest)) === descriptor.size) return 'present';
    const target = this.#blobPath(descriptor.digest);
    await this.#files.makeFolder(path.dirname(target));
    await restartable(descriptor, open, this.name, (source) => this.#files.replace(target, source.open()));
    return 'stored';
  }

  async putManifest(manifest: Manifest, tag?: string, imageName?: string): Promise<void> {
    parseSelector(tag ?? manifest.digest);
    await this.#mutex.run(async () => {
      const entries = await this.#entries();
      await this.#checkChildren(entries, manifest);
      await this.putBlob(descriptorOf(manifest), () => streamOf([manifest.bytes]));
      if (tag === undefined && (await this.#find(entries, manifest.digest, 0)) !== undefined) return;
      const next = withManifest(entries, manifest, { tag, imageName });
      if (next.length > limits.indexDescriptorsMax)
        throw this.#refuse(`${indexName} would list more than ${limits.indexDescriptorsMax} manifests`);
      await this.#files.replace(path.join(this.path, indexName), streamOf([formatLayoutIndex(next)]));
    });
  }

  async tags(): Promise<readonly string[]> {
    return (await this.#entries()).flatMap((entry) => tagOf(entry) ?? []).filter(isTag);
  }

  async referrers(subject: Digest): Promise<readonly Descriptor[]> {
    const found = new Map<Digest, Descriptor>();
    for (const entry of await this.#entries()) {
      const manifest = await this.#read(entry);
      if (manifest.subject?.digest === subject) found.set(manifest.digest, referrerDescriptor(manifest));
    }
    return [...found.values()];
  }

  async document(name: string): Promise<Uint8Array | undefined> {
    return this.#files.read(this.#documentPath(name), limits.manifestBytesMax, (why) =>
      this.#refuse(`${name}: ${why}`),
    );
  }

  async putDocument(name: string, bytes: Uint8Array): Promise<void> {
    await this.#files.replace(this.#documentPath(name), streamOf([bytes]));
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    return holdingLock(this.path, this.#lock, async () => {
      for (const folder of ['', 'blobs/sha256', 'blobs/sha512'])
        await this.#files.removeLeftovers(path.join(this.path, folder));
      return work();
    });
  }

  get #files(): LockTools['files'] {
    return this.#lock.files;
  }

  async #entries(): Promise<readonly Descriptor[]> {
    const bytes = await this.#files.read(path.join(this.path, indexName), limits.manifestBytesMax, (why) =>
      this.#refuse(`${indexName}: ${why}`),
    );
    if (bytes === undefined) throw this.#refuse(`${indexName} is not there`);
    try {
      const index = parseManifest(bytes, mediaTypes.ociIndex);
      return index.kind === 'index' ? index.manifests : [];
    } catch (error) {
      if (isFailure(error)) throw this.#refuse(`${indexName}: ${error.message}`, error);
      throw error;
    }
  }

  /** An entry of `index.json`, or of an index that it leads to. */
  async #find(
    entries: readonly Descriptor[],
    wanted: Digest,
    depth: number,
  ): Promise<Descriptor | undefined> {
    const here = entries.find(({ digest }) => digest === wanted);
    if (here !== undefined || depth >= limits.indexDepthMax) return here;
    for (const entry of entries) {
      if (entry.mediaType !== mediaTypes.ociIndex && entry.mediaType !== mediaTypes.dockerIndex) continue;
      if ((await this.#sizeOf(entry.digest)) === undefined) continue;
      const index = await this.#read(entry);
      const below = index.kind === 'index' ? await this.#find(index.manifests, wanted, depth + 1) : undefined;
      if (below !== undefined) return below;
    }
    return undefined;
  }

  async #read(descriptor: Descriptor): Promise<Manifest> {
    const { digest, size, mediaType } = descriptor;
    const bytes = await this.#files.read(this.#blobPath(digest), limits.manifestBytesMax, (why) =>
      this.#refuseBlob(digest, why),
    );
    if (bytes === undefined)
      throw new Failure('manifest-missing', `${this.name}: there is no manifest ${digest}`);
    if (bytes.length !== size) throw wrongSize(this.name, descriptor, String(bytes.length));
    return parseManifest(bytes, mediaType, digest);
  }

  async #checkChildren(entries: readonly Descriptor[], manifest: Manifest): Promise<void> {
    const { manifests, blobs } = childrenOf(manifest);
    for (const child of manifests) {
      if ((await this.#find(entries, child.digest, 0)) === undefined)
        throw childMissing(this.name, manifest, child);
    }
    for (const child of [...manifests, ...blobs]) {
      const size = await this.#sizeOf(child.digest);
      if (size !== undefined && size !== child.size) throw wrongSize(this.name, child, String(size));
      if (size !== undefined) continue;
      if (!mayBeAbsent(await this.#leftOut(), { manifest, child, place: this.name }))
        throw childMissing(this.name, manifest, child);
    }
  }

  async #leftOut(): Promise<ReadonlyMap<Digest, LeftOut>> {
    return readLeftOut(await this.document(bundleDocument), this.path);
  }

  #sizeOf(digest: Digest): Promise<number | undefined> {
    return this.#files.sizeOf(this.#blobPath(digest), (why) => this.#refuseBlob(digest, why));
  }

  #blobPath(digest: Digest): string {
    return path.join(this.path, 'blobs', digestAlgorithm(digest), digestHex(digest));
  }

  #documentPath(name: string): string {
    invariant(/^[a-z][a-z0-9-]*\.json$/.test(name) && name !== indexName, 'a document has a plain name');
    return path.join(this.path, name);
  }

  #refuseBlob(digest: Digest, why: string): Failure {
    return this.#refuse(`blob ${digest}: ${why}`);
  }

  #refuse(why: string, cause?: unknown): Failure {
    return new Failure('bundle-invalid', `${this.path} is no sound OCI layout: ${why}`, { cause });
  }
}
