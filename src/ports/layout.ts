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
  /** Runs `work` while no other process may write here. @throws Failure `bundle-busy` */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

export interface Layouts {
  /** Opens an existing layout. @throws Failure `bundle-missing`, `bundle-invalid` */
  open(path: string): Promise<Layout>;
  /** Opens the layout at `path` or makes an empty one. @throws Failure `output-exists` when something else is there */
  openOrCreate(path: string): Promise<Layout>;
}
