import { streamOf } from '../../../base/stream.ts';
import { digestHex } from '../../../model/digest.ts';
import type { ImageManifest } from '../../../model/manifest.ts';
import type { Repository } from '../../../ports/repository.ts';
import type { SourceFile } from '../../../ports/runner.ts';

export interface RunImage {
  readonly repository: Repository;
  readonly manifest: ImageManifest;
}

/**
 * The run image as an OCI layout without its layers: the lifecycle reads its config and puts layers on top, and the
 * layers themselves lie in the bundle already. (Lifecycles call such a layout sparse.)
 */
export function* runImageFiles({ repository, manifest }: RunImage, place: string): Generator<SourceFile> {
  const { mediaType, digest, bytes, config } = manifest;
  const index = { schemaVersion: 2, manifests: [{ mediaType, digest, size: bytes.length }] };
  yield plainFile(`${place}/oci-layout`, '{"imageLayoutVersion":"1.0.0"}');
  yield plainFile(`${place}/index.json`, JSON.stringify(index));
  yield file(`${place}/blobs/sha256/${digestHex(digest)}`, bytes.length, () => streamOf([bytes]));
  yield file(`${place}/blobs/sha256/${digestHex(config.digest)}`, config.size, () => repository.blob(config));
}

/** A file that nobody executes. */
export function plainFile(path: string, text: string): SourceFile {
  const bytes = new TextEncoder().encode(text);
  return file(path, bytes.length, () => streamOf([bytes]));
}

function file(path: string, size: number, bytes: () => AsyncIterable<Uint8Array>): SourceFile {
  return { kind: 'file', path, executable: false, size, bytes };
}
