import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from './failure.ts';

/**
 * Writes a file whole or not at all, over one of the same name: into a file beside it, to the disk,
 * then under its name. Whoever reads sees the old bytes or the new ones. The folder has to be there; a link of this name is
 * replaced and not followed. Throws the operating system's errors as they are.
 * @param mode permissions of the new file, whatever the umask says; undefined: as for any new file
 */
export async function replaceFile(file: string, bytes: Uint8Array | string, mode?: number): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    await writeNew(temporary, bytes, mode);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function writeNew(file: string, bytes: Uint8Array | string, mode: number | undefined): Promise<void> {
  await using handle = await open(file, 'wx', mode ?? 0o666);
  await handle.writeFile(bytes);
  if (mode !== undefined) await handle.chmod(mode);
  await handle.sync();
}

/** Not every file system lets a folder be opened or synchronised; the file itself is safe by then. */
async function syncFolder(folder: string): Promise<void> {
  try {
    await using handle: FileHandle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
  }
}
