import { Failure } from '../../base/failure.ts';
import { streamOf } from '../../base/stream.ts';
import { annotationKeys } from '../../model/artifact-manifest.ts';
import { bundleDocument, type LeftOut } from '../../model/bundle.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Digest } from '../../model/digest.ts';
import { descriptorOf, type Manifest } from '../../model/manifest.ts';
import type { Layout } from '../../ports/layout.ts';
import type { PutBlobOptions, PutBlobResult, Registries, Repository } from '../../ports/repository.ts';
import { referrerDescriptor } from './artifact-index.ts';
import { absentBlob, mayBeAbsent, readLeftOut } from './left-out.ts';
import { childMissing, childrenOf, parseSelector, parseTag } from './selector.ts';
import { restartable } from './source.ts';
import { VerifiedBlob, wrongSize } from './verify.ts';

/** Registries that live as long as the process: for tests and dry runs, with all that a real one does. */
export class MemoryRegistries implements Registries {
  readonly #repositories = new Map<string, MemoryRepository>();

  open(registry: string, repository: string): Repository {
    const name = `${registry}/${repository}`;
    const known = this.#repositories.get(name);
    if (known !== undefined) return known;
    const fresh = new MemoryRepository(name, (other) => this.#repositories.get(`${registry}/${other}`));
    this.#repositories.set(name, fresh);
    return fresh;
  }
}

export class MemoryRepository implements Repository {
  readonly name: string;
  readonly #neighbour: (repository: string) => MemoryRepository | undefined;
  readonly #blobs = new Map<Digest, Uint8Array>();
  readonly #manifests = new Map<Digest, Manifest>();
  readonly #tags = new Map<string, Digest>();

  /** `neighbour` finds other repositories of the same registry, to mount from. */
  constructor(
    name: string,
    neighbour: (repository: string) => MemoryRepository | undefined = () => undefined,
  ) {
    this.name = name;
    this.#neighbour = neighbour;
  }

  async resolve(tagOrDigest: string): Promise<Descriptor | undefined> {
    const selector = parseSelector(tagOrDigest);
    const digest = selector.kind === 'digest' ? selector.digest : this.#tags.get(selector.tag);
    const manifest = digest === undefined ? undefined : this.#manifests.get(digest);
    return Promise.resolve(manifest === undefined ? undefined : descriptorOf(manifest));
  }

  async manifest(digest: Digest): Promise<Manifest> {
    const manifest = this.#manifests.get(digest);
    if (manifest === undefined)
      throw new Failure('manifest-missing', `${this.name}: there is no manifest ${digest}`);
    return Promise.resolve(manifest);
  }

  async hasBlob(digest: Digest): Promise<boolean> {
    return Promise.resolve(this.#blobs.has(digest));
  }

  blob(descriptor: Descriptor): AsyncIterable<Uint8Array> {
    return new VerifiedBlob(descriptor, this.name, () => {
      const bytes = this.#blobs.get(descriptor.digest);
      if (bytes === undefined) throw absentBlob(this.name, descriptor.digest, this.leftOut());
      if (bytes.length !== descriptor.size) throw wrongSize(this.name, descriptor, String(bytes.length));
      return streamOf(bytes.length > 0 ? [bytes] : []);
    });
  }

  async putBlob(
    descriptor: Descriptor,
    open: () => AsyncIterable<Uint8Array>,
    options: PutBlobOptions = {},
  ): Promise<PutBlobResult> {
    const known = this.#blobs.get(descriptor.digest);
    if (known !== undefined && known.length !== descriptor.size)
      throw wrongSize(this.name, descriptor, String(known.length));
    if (known !== undefined) return 'present';
    const other = options.mountFrom === undefined ? undefined : this.#neighbour(options.mountFrom);
    const mounted = other === undefined ? undefined : other.#blobs.get(descriptor.digest);
    if (mounted !== undefined) {
      this.#blobs.set(descriptor.digest, mounted);
      return 'mounted';
    }
    const bytes = await restartable(descriptor, open, this.name, async (source) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of source.open()) pieces.push(piece);
      return Buffer.concat(pieces);
    });
    this.#blobs.set(descriptor.digest, bytes);
    return 'stored';
  }

  async putManifest(manifest: Manifest, tag?: string): Promise<void> {
    const selector = parseSelector(tag ?? manifest.digest);
    const { manifests, blobs } = childrenOf(manifest);
    const missing =
      manifests.find(({ digest }) => !this.#manifests.has(digest)) ??
      blobs.find(
        (child) =>
          !this.#blobs.has(child.digest) &&
          !mayBeAbsent(this.leftOut().get(child.digest), { manifest, child, place: this.name }),
      );
    if (missing !== undefined) throw childMissing(this.name, manifest, missing);
    this.#manifests.set(manifest.digest, manifest);
    if (selector.kind === 'tag') this.#tags.set(selector.tag, manifest.digest);
    return Promise.resolve();
  }

  async tags(): Promise<readonly string[]> {
    return Promise.resolve([...this.#tags.keys()].toSorted());
  }

  async referrers(subject: Digest): Promise<readonly Descriptor[]> {
    const own = [...this.#manifests.values()].filter((manifest) => manifest.subject?.digest === subject);
    return Promise.resolve(own.map(referrerDescriptor));
  }

  async deleteManifest(digest: Digest): Promise<void> {
    this.#manifests.delete(digest);
    for (const [tag, target] of this.#tags) if (target === digest) this.#tags.delete(tag);
    return Promise.resolve();
  }

  async deleteTag(tag: string): Promise<void> {
    this.#tags.delete(parseTag(tag));
    return Promise.resolve();
  }

  async deleteBlob(digest: Digest): Promise<void> {
    this.#blobs.delete(digest);
    return Promise.resolve();
  }

  /** Layers that manifests here may lack; a registry holds all of them. */
  protected leftOut(): ReadonlyMap<Digest, LeftOut> {
    return new Map();
  }
}

/** A layout that lives as long as the process. */
export class MemoryLayout extends MemoryRepository implements Layout {
  readonly #documents = new Map<string, Uint8Array>();
  #busy = false;

  get path(): string {
    return this.name;
  }

  async document(name: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.#documents.get(name));
  }

  async putDocument(name: string, bytes: Uint8Array): Promise<void> {
    this.#documents.set(name, Uint8Array.from(bytes));
    return Promise.resolve();
  }

  async entries(): Promise<readonly Descriptor[]> {
    const tags = await this.tags();
    const tagged = await Promise.all(tags.map(async (tag) => ({ tag, found: await this.resolve(tag) })));
    return tagged.flatMap(({ tag, found }) =>
      found === undefined ? [] : [{ ...found, annotations: { [annotationKeys.refName]: tag } }],
    );
  }

  async removeUnnamed(): Promise<void> {
    // Memory has no command that could have been killed.
    return Promise.resolve();
  }

  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new Failure('bundle-busy', `somebody else works on ${this.name}`);
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }

  protected override leftOut(): ReadonlyMap<Digest, LeftOut> {
    return readLeftOut(this.#documents.get(bundleDocument), this.path);
  }
}
