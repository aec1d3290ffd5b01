import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Repository } from './repository.ts';

/**
 * An OCI image layout (image-spec, "OCI Image Layout") in a directory: a {@link Repository} whose tags are the
 * `org.opencontainers.image.ref.name` annotations of its index, with room for documents of our own beside it. It may be
 * *thin*: a manifest can be put while layers are absent that the `leftOut` of its `lockkeeper.json` lists (put that
 * document first). For such a layer `hasBlob` is false and `blob` fails with `blob-left-out`, which says where it is.
 */
export interface Layout extends Repository {
  /** Where it lies. */
  readonly path: string;
  /** `imageName` is what Docker and containerd call the image once they read it from here: `docker.io/team/ci:1.2`. */
  putManifest(manifest: Manifest, tag?: string, imageName?: string): Promise<void>;
  /** A document beside `index.json`, such as `lockkeeper.json`; undefined when it is not there. */
  document(name: string): Promise<Uint8Array | undefined>;
  /** Replaces a document: the old bytes or the new ones are there at any time, never a half. */
  putDocument(name: string, bytes: Uint8Array): Promise<void>;
  /** The entries of `index.json` as they stand there, with their annotations. */
  entries(): Promise<readonly Descriptor[]>;
  /** Takes away the blobs that no entry leads to, which killed commands leave. Only {@link exclusively}. */
  removeUnnamed(): Promise<void>;
  /** Runs `work` while no other process may write here. @throws Failure `bundle-busy` */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

export interface Layouts {
  /**
   * Opens an existing layout: a folder, or a tar archive, which can only be read.
   * @throws Failure `bundle-missing`, `bundle-invalid`
   */
  open(path: string): Promise<Layout>;
  /** Opens the layout at `path` or makes an empty one. @throws Failure `output-exists` when something else is there */
  openOrCreate(path: string): Promise<Layout>;
  /** Takes away a folder that {@link openOrCreate} made, with all that lies in it. @throws Failure `file-*` */
  remove(folder: string): Promise<void>;
  /**
   * Opens an unfinished layout that comes to its place as a whole, or the one that a killed process left half done.
   * `out` is a folder, or a file whose name ends in `.tar`.
   */
  stage(out: string): Promise<StagedLayout>;
  /**
   * Copies a bundle as it is from an archive, or a folder, to a new folder; every blob is hashed on its way.
   * @throws Failure `output-exists`, `bundle-invalid`, `content-mismatch`, `disk-full`
   */
  unpack(path: string, out: string): Promise<void>;
  /**
   * All that lies in a bundle's folder or archive, believing nothing: in the order of the archive, else of the names.
   * Links are not followed. @throws Failure `bundle-missing`, `bundle-invalid` (an archive that readers disagree on)
   */
  files(path: string): AsyncIterable<LayoutFile>;
}

export interface StagedLayout {
  readonly layout: Layout;
  /**
   * Puts it where it belongs, in one step: `index.json` of a folder is there last, and an archive is whole.
   * @throws Failure `output-exists` when something stands there already
   */
  commit(): Promise<void>;
  discard(): Promise<void>;
}

/** One file of a bundle, by what its name says. */
export interface LayoutFile {
  /** Relative to the bundle, with slashes. */
  readonly name: string;
  readonly what:
    | { readonly kind: 'blob'; readonly digest: Digest }
    | { readonly kind: 'document'; readonly name: string }
    | { readonly kind: 'folder' }
    /** What no bundle has: another name, a link, a device; `why` is a clause. */
    | { readonly kind: 'stranger'; readonly why: string };
  /** In bytes. */
  readonly size: number;
  /** Can be read once, before the next file is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}
