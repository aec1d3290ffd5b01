import { InvariantError } from '../base/invariant.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest, DigestAlgorithm } from '../model/digest.ts';
import type { Manifest } from '../model/manifest.ts';

/**
 * What we offer to other tools as a registry: the other side of {@link Repository}. Names, tags and digests were parsed
 * by their grammar before they come here; what is stored was hashed by us.
 */
export interface HostedRegistry {
  /** Nothing can be put or deleted here. */
  readonly isReadOnly: boolean;
  /** A repository by its name. It comes into being when something is put there. */
  open(repository: string): HostedRepository;
}

export interface HostedRepository {
  isThere(): Promise<boolean>;

  /** Undefined: there is no such manifest. @throws Failure `content-*`, `bundle-invalid`, `file-*` */
  manifest(tagOrDigest: string): Promise<Manifest | undefined>;

  /**
   * Stores a manifest and lets `tags` name it, all at once. Its children must be there; its subject need not.
   * @throws Failure `blob-missing`, `content-mismatch`, `registry-refused`, `disk-full`, `file-*`
   */
  putManifest(manifest: Manifest, tags: readonly string[]): Promise<void>;

  /** Takes a manifest away with all of its tags. False: it was not there. */
  deleteManifest(digest: Digest): Promise<boolean>;

  /** Takes a name away; what it named stays. False: it was not there. */
  deleteTag(tag: string): Promise<boolean>;

  tags(): Promise<readonly string[]>;

  /** Manifests whose `subject` is this digest, as a list of referrers describes them. */
  referrers(subject: Digest): Promise<readonly Descriptor[]>;

  /** Undefined: the blob is not there. */
  blob(digest: Digest): Promise<HostedBlob | undefined>;

  /** Puts a blob of another repository here without its bytes; undefined `from`: of any. False: it cannot be had so. */
  mountBlob(digest: Digest, from: string | undefined): Promise<boolean>;

  /** False: it was not there. */
  deleteBlob(digest: Digest): Promise<boolean>;

  /** @throws Failure `disk-full`, `file-*` */
  startUpload(algorithm: DigestAlgorithm): Promise<BlobUpload>;
}

export interface HostedBlob {
  /** Bytes. */
  readonly size: number;
  /** The whole blob, verified: it ends with an error and without its last bytes where they are not what they must be. */
  open(): AsyncIterable<Uint8Array>;
  /** Some of its bytes, which nobody can verify by themselves; both ends count. Undefined: only the whole can be had. */
  readonly openRange: ((first: number, last: number) => AsyncIterable<Uint8Array>) | undefined;
}

/** A blob that is on its way. One call at a time. */
export interface BlobUpload {
  /** Bytes so far. */
  readonly size: number;
  /**
   * Adds bytes. What came before the source broke off stays, so that a client may go on from there.
   * @throws Failure `disk-full`, `file-*` (the upload is then lost); and whatever the source throws
   */
  append(source: AsyncIterable<Uint8Array>): Promise<void>;
  /** Makes the bytes a blob of the repository. It is the end of the upload. @throws Failure `content-mismatch`, `disk-full`, `file-*` */
  commit(digest: Digest): Promise<void>;
  /** Takes away what was written. */
  cancel(): Promise<void>;
}

/** Blobs that a repository knows and does not hold: to whoever asks, they are there. */
export interface BlobsElsewhere {
  /** Undefined: not there either. */
  find(digest: Digest): Descriptor | undefined;
  /** Its bytes. @throws Failure whatever fetching them throws */
  open(blob: Descriptor): AsyncIterable<Uint8Array>;
}

export const nothingElsewhere: BlobsElsewhere = {
  find: () => undefined,
  open: (blob) => {
    throw new InvariantError(`nobody can ask for ${blob.digest}, which was not found`);
  },
};
