import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import type { Manifest } from '../model/manifest.ts';

/**
 * One place that holds images by digest and names some of them: a repository of a registry, an OCI layout,
 * a memory. All of them answer alike; one contract suite (test/contracts/repository.ts) proves it.
 * Whatever comes out was hashed and is what was asked for; whatever cannot be believed is a Failure.
 */
export interface Repository {
  /** For people: `registry.example.org/team/ci`, or the path of a layout. */
  readonly name: string;

  /**
   * What a tag or digest names at this instant. One question (HEAD where the protocol has it).
   * Undefined: no such manifest. @throws Failure `registry-*`
   */
  resolve(tagOrDigest: string): Promise<Descriptor | undefined>;

  /** The manifest or index, verified. @throws Failure `manifest-missing`, `content-*`, `registry-*` */
  manifest(digest: Digest): Promise<Manifest>;

  hasBlob(digest: Digest): Promise<boolean>;

  /**
   * The bytes of a blob. Size and digest are checked while reading: the last step of the iteration throws
   * `content-mismatch` when they differ, so nothing may be believed before the end was reached.
   * @throws Failure `blob-missing`, `content-mismatch`, `registry-*`
   */
  blob(descriptor: Descriptor): AsyncIterable<Uint8Array>;

  /**
   * Stores a blob unless it is there. `open` is called once a try. `mountFrom` names a repository of the same registry
   * that may already hold it. The digest is verified before the blob becomes visible.
   */
  putBlob(
    descriptor: Descriptor,
    open: () => AsyncIterable<Uint8Array>,
    options?: PutBlobOptions,
  ): Promise<PutBlobResult>;

  /** Stores a manifest under its digest and, where given, moves `tag` to it. Its children must be there. */
  putManifest(manifest: Manifest, tag?: string): Promise<void>;

  /** All tags in the order of the place. */
  tags(): Promise<readonly string[]>;

  /** Manifests whose `subject` is this digest (distribution-spec, "Listing Referrers", with its fallback tag). */
  referrers(subject: Digest): Promise<readonly Descriptor[]>;

  /**
   * Takes a manifest away with all tags that stand at it, and out of the list of its subject. Its blobs stay, and so do
   * the manifests of an index. What is not there needs no taking away. @throws Failure `registry-refused` where a
   * registry does not delete
   */
  deleteManifest(digest: Digest): Promise<void>;

  /** Takes a name away; what it stood for stays by digest. @throws Failure `registry-refused` */
  deleteTag(tag: string): Promise<void>;

  /** Takes a blob away, whoever still needs it. @throws Failure `registry-refused` */
  deleteBlob(digest: Digest): Promise<void>;
}

export interface PutBlobOptions {
  readonly mountFrom?: string;
}

/** How a blob got there: it was there, it was linked from another repository, or it was sent. */
export type PutBlobResult = 'present' | 'mounted' | 'stored';

/** Opens repositories of registries by host (`docker.io`, `localhost:5000`) and path. */
export interface Registries {
  open(registry: string, repository: string): Repository;
}
