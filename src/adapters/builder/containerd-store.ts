import { limits } from '../../base/limits.ts';
import { collectBytes } from '../../base/stream.ts';
import type { TarEntry } from '../../base/tar-read.ts';
import { isDigest, type Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import type { Platform } from '../../model/platform.ts';
import { readDockerSave } from './docker-save.ts';
import { notUnderstood, type SavedImage } from './saved-image.ts';
import { readSavedLayout } from './saved-layout.ts';
import { writeFresh, type TemporaryFolder } from './temporary-folder.ts';

export interface ContainerdStoreOptions {
  readonly folder: TemporaryFolder;
  readonly platform: Platform;
  readonly has: (blob: Digest) => Promise<boolean>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Takes an image out of docker's containerd store, which keeps manifests and packed layers: everything stays as it is.
 * @throws Failure `engine-*`, `program-output`, `content-*`, `disk-full`
 */
export async function saveFromContainerdStore(
  engine: Engine,
  id: Digest,
  { folder, platform, has, signal }: ContainerdStoreOptions,
): Promise<SavedImage> {
  const files = new Map<Digest, string>();
  let index: Buffer | undefined;
  const take = async ({ name, kind, size, content }: TarEntry): Promise<void> => {
    if (kind !== 'file') return;
    if (name === 'index.json') index = await collectBytes(content, limits.manifestBytesMax, tooLarge);
    const digest = name.replace(/^blobs\/(sha256|sha512)\//, '$1:');
    if (!isDigest(digest)) return;
    // What the layout has need not be written twice; documents are needed here all the same.
    if (size > limits.imageConfigBytesMax && (await has(digest))) return;
    const file = folder.fresh('blob');
    await writeFresh(file, content);
    files.set(digest, file);
  };
  await readDockerSave(engine, [id], signal, take);
  if (index === undefined) throw notUnderstood('it has no index.json');
  return readSavedLayout({ index, files }, { id, platform });
}

function tooLarge(): never {
  throw notUnderstood(`index.json is larger than ${limits.manifestBytesMax} bytes`);
}
