import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../base/command.ts';
import { systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { isDigest, type Digest } from '../../model/digest.ts';
import type { Engine } from '../../model/engine.ts';
import type { Platform } from '../../model/platform.ts';
import { engineCommand, withEngine } from '../../ports/engine-command.ts';
import { notHandedOut, notUnderstood, type SavedImage } from './saved-image.ts';
import { readManifest, readSavedLayout } from './saved-layout.ts';
import type { TemporaryFolder } from './temporary-folder.ts';

export interface PodmanStoreOptions {
  readonly folder: TemporaryFolder;
  readonly platform: Platform;
  readonly signal: AbortSignal | undefined;
}

/**
 * Takes an image out of podman's store as podman packs it, with podman's manifest.
 * @throws Failure `engine-*`, `program-output`, `content-*`
 */
export async function saveFromPodman(
  engine: Engine,
  id: Digest,
  { folder, platform, signal }: PodmanStoreOptions,
): Promise<SavedImage> {
  const place = folder.fresh('image');
  const command = engineCommand(engine, ['save', '--quiet', '--format', 'oci-dir', '--output', place, id], {
    timeoutMs: limits.engineTransferMs,
    signal,
  });
  const end = await withEngine(engine, runCommand(command));
  if (end.status !== 0) throw await notHandedOut(engine, id, end);
  const index = await readManifest(join(place, 'index.json'));
  return readSavedLayout({ index, files: await blobsIn(join(place, 'blobs', 'sha256')) }, { id, platform });
}

async function blobsIn(place: string): Promise<ReadonlyMap<Digest, string>> {
  const files = new Map<Digest, string>();
  try {
    for (const name of await readdir(place)) {
      const digest = `sha256:${name}`;
      if (isDigest(digest)) files.set(digest, join(place, name));
    }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') throw notUnderstood('it has no blobs');
    throw translateSystemError(error, place);
  }
  return files;
}
