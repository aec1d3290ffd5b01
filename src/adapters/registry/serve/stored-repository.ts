import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { streamOf } from '../../../base/stream.ts';
import type { Descriptor } from '../../../model/descriptor.ts';
import type { Digest, DigestAlgorithm } from '../../../model/digest.ts';
import { tagOf } from '../../../model/layout-entry.ts';
import type { Manifest } from '../../../model/manifest.ts';
import { mediaTypes } from '../../../model/media-type.ts';
import { isTag } from '../../../model/reference.ts';
import type {
  BlobsElsewhere,
  BlobUpload,
  HostedBlob,
  HostedRepository,
} from '../../../ports/hosted-registry.ts';
import type { LayoutFolder } from '../layout-folder.ts';
import { withManifest, withoutTag, type EntryName } from '../layout-index.ts';
import type { Mutex } from '../mutex.ts';
import { reachableFrom } from '../reachable.ts';
import { parseSelector } from '../selector.ts';
import { verifiedBytes } from '../verify.ts';
import type { BlobPlace } from './blob-place.ts';
import { UploadFile } from './upload-file.ts';

/** How the tags of a repository stand in the index of its layout. */
export interface TagNames {
  /** The tag that an entry has in this repository; undefined: none. */
  readonly tagIn: (entry: Descriptor) => string | undefined;
  /** @throws Failure `registry-refused` when the layout cannot take it */
  readonly nameFor: (tag: string, entries: readonly Descriptor[]) => EntryName;
}

/** A layout of one repository: its tags are those of the index. */
export const plainNames: TagNames = { tagIn: tagOf, nameFor: (tag) => ({ tag }) };

export interface StoredRepositoryOptions {
  readonly folder: LayoutFolder;
  readonly place: BlobPlace;
  readonly elsewhere: BlobsElsewhere;
  readonly names: TagNames;
  /** What a manifest here names cannot be taken away. */
  readonly isKeptWhole: boolean;
  /** `index.json` is read and written as one step. */
  readonly mutex: Mutex;
  /** Makes the layout unless it is there. */
  readonly make: () => Promise<void>;
  /** After `index.json` was written, before anybody else may write it; where it throws, the old one is put back. */
  readonly onChange: () => Promise<void>;
}

/** A repository that lies in a folder as an OCI layout, so that other tools can open it too. */
export class StoredRepository implements HostedRepository {
  readonly #folder: LayoutFolder;
  readonly #place: BlobPlace;
  readonly #elsewhere: BlobsElsewhere;
  readonly #names: TagNames;
  readonly #isKeptWhole: boolean;
  readonly #mutex: Mutex;
  readonly #make: () => Promise<void>;
  readonly #onChange: () => Promise<void>;

  constructor(options: StoredRepositoryOptions) {
    const { folder, place, elsewhere, names, isKeptWhole, mutex, make, onChange } = options;
    this.#folder = folder;
    this.#place = place;
    this.#elsewhere = elsewhere;
    this.#names = names;
    this.#isKeptWhole = isKeptWhole;
    this.#mutex = mutex;
    this.#make = make;
    this.#onChange = onChange;
  }

  async isThere(): Promise<boolean> {
    return (await this.#folder.files.statusOf(this.#folder.indexPath)) !== undefined;
  }

  async manifest(tagOrDigest: string): Promise<Manifest | undefined> {
    const selector = parseSelector(tagOrDigest);
    const entries = await this.#entries();
    const entry =
      selector.kind === 'tag'
        ? entries.find((each) => this.#names.tagIn(each) === selector.tag)
        : await this.#folder.find(entries, selector.digest);
    if (entry === undefined || (await this.#folder.sizeOf(entry.digest)) === undefined) return undefined;
    return this.#folder.manifest(entry);
  }

  async putManifest(manifest: Manifest, tags: readonly string[]): Promise<void> {
    await this.#make();
    await this.#mutex.run(async () => {
      const entries = await this.#entries();
      await this.#folder.checkChildren(manifest, {
        entries,
        elsewhere: (digest) => Promise.resolve(this.#elsewhere.find(digest)),
      });
      await this.#putBytes(manifest);
      let next = withManifest(entries, manifest, { tag: undefined });
      for (const tag of tags) next = withManifest(next, manifest, this.#names.nameFor(tag, next));
      if (next.length > limits.indexDescriptorsMax)
        throw new Failure(
          'registry-refused',
          `this repository holds ${limits.indexDescriptorsMax} manifests and tags, and takes no more`,
        );
      await this.#putEntries(next, entries);
    });
  }

  async deleteManifest(digest: Digest): Promise<boolean> {
    return this.#mutex.run(async () => {
      const entries = await this.#entries();
      const entry = await this.#folder.find(entries, digest);
      if (entry === undefined || (await this.#folder.sizeOf(digest)) === undefined) return false;
      const manifest = await this.#folder.manifest(entry);
      const others = await this.#folder.entriesWithout(manifest, entries);
      await this.#checkUnused(others, digest);
      await this.#putEntries(others, entries);
      await this.#place.remove(digest);
      return true;
    });
  }

  async deleteTag(tag: string): Promise<boolean> {
    return this.#mutex.run(async () => {
      const entries = await this.#entries();
      if (!entries.some((entry) => this.#names.tagIn(entry) === tag)) return false;
      await this.#putEntries(withoutTag(entries, tag, this.#names.tagIn), entries);
      return true;
    });
  }

  async tags(): Promise<readonly string[]> {
    return (await this.#entries()).flatMap((entry) => this.#names.tagIn(entry) ?? []).filter(isTag);
  }

  async referrers(subject: Digest): Promise<readonly Descriptor[]> {
    return (await this.isThere()) ? this.#folder.referrers(subject) : [];
  }

  async blob(digest: Digest): Promise<HostedBlob | undefined> {
    const size = await this.#folder.sizeOf(digest);
    if (size !== undefined) return this.#heldBlob({ mediaType: mediaTypes.ociLayer, digest, size });
    const known = this.#elsewhere.find(digest);
    if (known === undefined) return undefined;
    return {
      size: known.size,
      open: () => verifiedBytes(this.#elsewhere.open(known), known, this.#folder.path),
      openRange: undefined,
    };
  }

  async mountBlob(digest: Digest, from: string | undefined): Promise<boolean> {
    if ((await this.blob(digest)) !== undefined) return true;
    return this.#place.mount(digest, from);
  }

  /** A manifest is a file as blobs are; it is none of them. */
  async deleteBlob(digest: Digest): Promise<boolean> {
    return this.#mutex.run(async () => {
      const entries = await this.#entries();
      if ((await this.#folder.find(entries, digest)) !== undefined) return false;
      await this.#checkUnused(entries, digest);
      return this.#place.remove(digest);
    });
  }

  async startUpload(algorithm: DigestAlgorithm): Promise<BlobUpload> {
    return UploadFile.create({
      files: this.#folder.files,
      temporary: this.#place.temporary(),
      algorithm,
      adopt: async (temporary, digest) => {
        await this.#make();
        // Not every tool asks before it sends.
        if (this.#elsewhere.find(digest) === undefined) await this.#place.adopt(temporary, digest);
        else await this.#folder.files.removeIfThere(temporary);
      },
    });
  }

  async #entries(): Promise<readonly Descriptor[]> {
    return (await this.isThere()) ? this.#folder.entries() : [];
  }

  async #putEntries(entries: readonly Descriptor[], before: readonly Descriptor[]): Promise<void> {
    await this.#folder.putEntries(entries);
    try {
      await this.#onChange();
    } catch (error) {
      await this.#folder.putEntries(before);
      throw error;
    }
  }

  async #putBytes({ digest, bytes }: Manifest): Promise<void> {
    if ((await this.#folder.sizeOf(digest)) === bytes.length) return;
    const upload = await this.startUpload('sha256');
    await upload.append(streamOf([bytes]));
    await upload.commit(digest);
  }

  #heldBlob(blob: Descriptor): HostedBlob {
    const read = async function* read(
      this: StoredRepository,
      first?: number,
      last?: number,
    ): AsyncGenerator<Uint8Array> {
      const file = await this.#folder.openBlob(blob.digest);
      if (file === undefined) throw new Failure('blob-missing', `blob ${blob.digest} has just been deleted`);
      yield* file.pieces(first, last);
    }.bind(this);
    return { size: blob.size, open: () => verifiedBytes(read(), blob, this.#folder.path), openRange: read };
  }

  async #checkUnused(entries: readonly Descriptor[], digest: Digest): Promise<void> {
    if (!this.#isKeptWhole) return;
    const used = await reachableFrom(entries, (entry) => this.#folder.manifest(entry));
    if (used.has(digest))
      throw new Failure('registry-refused', `${digest} belongs to an image here, which would be broken`);
  }
}
