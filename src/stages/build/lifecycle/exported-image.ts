import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { listAt, textAt } from '../../../base/json-path.ts';
import { collectBytes, streamOf } from '../../../base/stream.ts';
import { parseJsonStrictly } from '../../../base/strict-json.ts';
import { isDigest, type Digest } from '../../../model/digest.ts';
import { parseManifest, type ImageManifest } from '../../../model/manifest.ts';
import type { Layout } from '../../../ports/layout.ts';
import type { StreamedFile } from '../../../ports/runner.ts';

/**
 * Takes the image that a lifecycle has exported out of its container, straight into a layout. Nothing that lies there is
 * believed: a blob is what its bytes hash to, whatever its file is called, and the manifest names only what is there.
 */
export class ExportedImage {
  readonly #into: Layout;
  /** Of the image's folder, relative to what is streamed, with a slash at its end. */
  readonly #prefix: string;
  /** What may be a manifest, by its digest. */
  readonly #documents = new Map<Digest, Uint8Array>();
  #index: Uint8Array | undefined;

  constructor(into: Layout, place: string) {
    this.#into = into;
    this.#prefix = `${place}/`;
  }

  /** @throws Failure `content-mismatch`, `content-refused`, `disk-full` */
  readonly take = async ({ path, size, bytes }: StreamedFile): Promise<void> => {
    if (!path.startsWith(this.#prefix)) return;
    const name = path.slice(this.#prefix.length);
    if (name === 'index.json') {
      this.#index = await collectBytes(bytes, limits.exportDocumentBytesMax, () => {
        throw refused('its index.json is too large');
      });
      return;
    }
    const [folder, algorithm, hex, ...rest] = name.split('/');
    const digest = `${algorithm}:${hex}`;
    if (folder !== 'blobs' || rest.length > 0 || !isDigest(digest)) return;
    await this.#blob(digest, size, bytes);
  };

  async #blob(digest: Digest, size: number, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const mediaType = 'application/octet-stream';
    if (size > limits.exportDocumentBytesMax || this.#documents.size >= limits.exportDocumentsMax) {
      await this.#into.putBlob({ digest, size, mediaType }, () => bytes);
      return;
    }
    const small = await collectBytes(bytes, size, () => {
      throw refused(`${digest} is larger than it says`);
    });
    await this.#into.putBlob({ digest, size, mediaType }, () => streamOf([small]));
    // A brace: layers are archives.
    if (small[0] === 0x7b) this.#documents.set(digest, small);
  }

  /** Stores the manifest under `tag`; everything that it names has to be there. @throws Failure `content-refused`, `blob-missing` */
  async finish(tag: string): Promise<ImageManifest> {
    if (this.#index === undefined) throw refused('there is no index.json');
    const index = parseJsonStrictly(this.#index, refused);
    const entries = listAt(index, 'manifests');
    const digest = textAt(entries, 0, 'digest');
    const mediaType = textAt(entries, 0, 'mediaType');
    if (entries.length !== 1 || digest === undefined || mediaType === undefined)
      throw refused('its index.json does not name exactly one image');
    const bytes = isDigest(digest) ? this.#documents.get(digest) : undefined;
    if (bytes === undefined) throw refused(`the manifest ${digest} is not there`);
    const manifest = parseManifest(bytes, mediaType);
    if (manifest.kind !== 'manifest') throw refused('it is an index');
    await this.#into.putManifest(manifest, tag);
    return manifest;
  }
}

function refused(why: string): Failure {
  return new Failure('content-refused', `the lifecycle exported no sound image: ${why}`);
}
