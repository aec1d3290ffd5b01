import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { makeFolder } from '../../base/make-folder.ts';
import type { Ledger, LedgerFile, Ledgers } from '../../ports/ledger.ts';

/** Ledgers in folders of this machine. */
export const diskLedgers: Ledgers = { open: (folder) => new DiskLedger(folder) };

class DiskLedger implements Ledger {
  readonly name: string;

  constructor(folder: string) {
    this.name = folder;
  }

  async list(folder: string): Promise<readonly LedgerFile[]> {
    const place = path.join(this.name, folder);
    try {
      const files: LedgerFile[] = [];
      for (const name of (await readdir(place)).toSorted()) {
        const info = await lstat(path.join(place, name)).catch(ifGone);
        // What begins with a dot is being written by somebody, or was left by one who was killed.
        if (info?.isFile() === true && !name.startsWith('.')) files.push({ name, writtenMs: info.mtimeMs });
      }
      return files;
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw translateSystemError(error, place);
    }
  }

  async read(folder: string, name: string, bytesMax: number): Promise<Uint8Array | undefined> {
    const file = path.join(this.name, folder, name);
    try {
      await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const info = await handle.stat();
      if (!info.isFile()) throw new Failure('path-refused', `${file} is not a regular file`);
      if (info.size > bytesMax)
        throw new Failure('path-refused', `${file} holds ${info.size} bytes; at most ${bytesMax} are read`);
      return await handle.readFile();
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw translateSystemError(error, file);
    }
  }

  async write(folder: string, name: string, bytes: Uint8Array): Promise<void> {
    const place = path.join(this.name, folder);
    const temporary = path.join(place, `.${randomUUID()}.tmp`);
    try {
      await makeFolder(place);
      await writeDurably(temporary, bytes);
      await rename(temporary, path.join(place, name));
    } catch (error) {
      await rm(temporary, { force: true }).catch(ifGone);
      throw translateSystemError(error, path.join(place, name));
    }
  }

  async remove(folder: string, name: string): Promise<void> {
    const file = path.join(this.name, folder, name);
    await rm(file, { force: true }).catch((error: unknown) => {
      throw translateSystemError(error, file);
    });
  }
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  await using handle = await open(file, 'wx', 0o644);
  await handle.writeFile(bytes);
  await handle.sync();
}

/** Another job may take a file away at any time. */
function ifGone(error: unknown): undefined {
  const code = systemErrorCode(error);
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
}
