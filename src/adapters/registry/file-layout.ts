import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { invariant } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import { streamOf } from '../../base/stream.ts';
import { bundleDocument, type LeftOut } from '../../model/bundle.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { tagOf } from '../../model/layout-entry.ts';
import { descriptorOf, type Manifest } from '../../model/manifest.ts';
import { isTag } from '../../model/reference.ts';
import type { Layout } from '../../ports/layout.ts';
import type { PutBlobResult } from '../../ports/repository.ts';
import { blobFolders, bundleName } from './bundle-names.ts';
import type { Files } from './files.ts';
import { indexName, LayoutFolder } from './layout-folder.ts';
import { withManifest, withoutTag } from './layout-index.ts';
import { absentBlob, readLeftOut } from './left-out.ts';
import { holdingLock, type LockTools } from './lock.ts';
import type { Mutex } from './mutex.ts';
import { parseSelector, parseTag } from './selector.ts';
import { reachableFrom } from './reachable.ts';
import { restartable } from './source.ts';
import { VerifiedBlob, wrongSize } from './verify.ts';

export interface FileLayoutOptions {
  readonly path: string;
  readonly lock: LockTools;
  /** Of this path in this process: `index.json` is read and written as one step. */
  readonly mutex: Mutex;
}

/** An OCI layout in a directory. `index.json` is written last, so what it names is there. */
export class FileLayout implements Layout {
  readonly path: string;
  readonly #folder: LayoutFolder;
  readonly #files: Files;
  readonly #lock: LockTools;
  readonly #mutex: Mutex;

  constructor({ path: folder, lock, mutex }: FileLayoutOptions) {
    this.path = folder;
    this.#folder = new LayoutFolder(folder, lock.files);
    this.#files = lock.files;
    this.#lock = lock;
    this.#mutex = mutex;
  }

  get name(): string {
    return this.path;
  }

  async resolve(tagOrDigest: string): Promise<Descriptor | undefined> {
    const selector = parseSelector(tagOrDigest);
    const entries = await this.#folder.entries();
    const entry =
      selector.kind === 'tag'
        ? entries.find((each) => tagOf(each) === selector.tag)
        : await this.#folder.find(entries, selector.digest);
    if (entry === undefined) return undefined;
    const { mediaType, digest, size } = entry;
    return (await this.#folder.sizeOf(digest)) === undefined ? undefined : { mediaType, digest, size };
  }

  async manifest(digest: Digest): Promise<Manifest> {
    const descriptor = await this.resolve(digest);
    if (descriptor === undefined)
      throw new Failure('manifest-missing', `${this.name}: there is no manifest ${digest}`);
    return this.#folder.manifest(descriptor);
  }

  async hasBlob(digest: Digest): Promise<boolean> {
    return (await this.#folder.sizeOf(digest)) !== undefined;
  }

  blob(descriptor: Descriptor): AsyncIterable<Uint8Array> {
    return new VerifiedBlob(descriptor, this.name, () => this.#read(descriptor));
  }

  async putBlob(descriptor: Descriptor, open: () => AsyncIterable<Uint8Array>): Promise<PutBlobResult> {
    if ((await this.#folder.sizeOf(descriptor.digest)) === descriptor.size) return 'present';
    const target = this.#folder.blobPath(descriptor.digest);
    await this.#files.makeFolder(path.dirname(target));
    await restartable(descriptor, open, this.name, (source) => this.#files.replace(target, source.open()));
    return 'stored';
  }

  async putManifest(manifest: Manifest, tag?: string, imageName?: string): Promise<void> {
    parseSelector(tag ?? manifest.digest);
    await this.#mutex.run(async () => {
      const entries = await this.#folder.entries();
      await this.#folder.checkChildren(manifest, {
        entries,
        elsewhere: async (digest) => (await this.#leftOut()).get(digest),
      });
      await this.putBlob(descriptorOf(manifest), () => streamOf([manifest.bytes]));
      if (tag === undefined && (await this.#folder.find(entries, manifest.digest)) !== undefined) return;
      await this.#folder.putEntries(withManifest(entries, manifest, { tag, imageName }));
    });
  }

  async tags(): Promise<readonly string[]> {
    return (await this.#folder.entries()).flatMap((entry) => tagOf(entry) ?? []).filter(isTag);
  }

  async referrers(subject: Digest): Promise<readonly Descriptor[]> {
    return this.#folder.referrers(subject);
  }

  /** `index.json` first: what it names is there at any time. */
  async deleteManifest(digest: Digest): Promise<void> {
    await this.#mutex.run(async () => {
      const entries = await this.#folder.entries();
      const found = await this.#folder.find(entries, digest);
      if (found === undefined || (await this.#folder.sizeOf(digest)) === undefined) return;
      const manifest = await this.#folder.manifest(found);
      await this.#folder.putEntries(await this.#folder.entriesWithout(manifest, entries));
      await this.#files.remove(this.#folder.blobPath(digest));
    });
  }

  async deleteTag(tag: string): Promise<void> {
    parseTag(tag);
    await this.#mutex.run(async () => {
      const entries = await this.#folder.entries();
      if (entries.some((entry) => tagOf(entry) === tag))
        await this.#folder.putEntries(withoutTag(entries, tag));
    });
  }

  /** A manifest is a file as blobs are; it is none of them. */
  async deleteBlob(digest: Digest): Promise<void> {
    await this.#mutex.run(async () => {
      if ((await this.#folder.find(await this.#folder.entries(), digest)) === undefined)
        await this.#files.remove(this.#folder.blobPath(digest));
    });
  }

  async document(name: string): Promise<Uint8Array | undefined> {
    return this.#files.read(this.#documentPath(name), limits.manifestBytesMax, (why) =>
      this.#folder.refuse(`${name}: ${why}`),
    );
  }

  async putDocument(name: string, bytes: Uint8Array): Promise<void> {
    await this.#files.replace(this.#documentPath(name), streamOf([bytes]));
  }

  entries(): Promise<readonly Descriptor[]> {
    return this.#folder.entries();
  }

  async removeUnnamed(): Promise<void> {
    const named = await reachableFrom(await this.entries(), (entry) => this.#folder.manifest(entry));
    for (const below of blobFolders) {
      for (const file of await this.#files.list(path.join(this.path, below))) {
        const name = bundleName(`${below}/${file}`);
        if (name.kind === 'blob' && !named.has(name.digest))
          await this.#files.removeIfThere(path.join(this.path, below, file));
      }
    }
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    return holdingLock(this.path, this.#lock, async () => {
      for (const folder of ['', ...blobFolders])
        await this.#files.removeLeftovers(path.join(this.path, folder));
      return work();
    });
  }

  async *#read(descriptor: Descriptor): AsyncGenerator<Uint8Array> {
    const file = await this.#folder.openBlob(descriptor.digest);
    if (file === undefined) throw absentBlob(this.name, descriptor.digest, await this.#leftOut());
    if (file.size !== descriptor.size) {
      await file.close();
      throw wrongSize(this.name, descriptor, String(file.size));
    }
    yield* file.pieces();
  }

  async #leftOut(): Promise<ReadonlyMap<Digest, LeftOut>> {
    return readLeftOut(await this.document(bundleDocument), this.path);
  }

  #documentPath(name: string): string {
    invariant(/^[a-z][a-z0-9-]*\.json$/.test(name) && name !== indexName, 'a document has a plain name');
    return path.join(this.path, name);
  }
}
