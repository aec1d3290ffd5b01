import { createHash, randomUUID } from 'node:crypto';
import { constants as flags } from 'node:fs';
import { lstat, open, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, zstdDecompressSync } from 'node:zlib';
import { systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { invariant } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import { makeFolder } from '../../base/make-folder.ts';
import type { LayerCache } from '../../ports/layer-cache.ts';

const hashBytes = 32;

/**
 * A cache in a folder of the person's own. Each file is packed, and begins with the SHA-256 of the rest, so that half a file, or one that a
 * disk or somebody damaged, is told from a whole one. The times of the files say which was used last.
 */
export class DiskLayerCache implements LayerCache {
  readonly #folder: string;
  readonly #bytesMax: number;

  constructor(folder: string, bytesMax: number = limits.layerCacheBytesMax) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    const file = this.#file(name);
    try {
      const bytes = await readRegular(file);
      if (bytes === undefined) return undefined;
      const packed = bytes.subarray(hashBytes);
      if (!bytes.subarray(0, hashBytes).equals(hashOf(packed))) {
        await rm(file, { force: true });
        return undefined;
      }
      await touch(file);
      return zstdDecompressSync(packed, { maxOutputLength: limits.layerRecordBytesMax });
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw translateSystemError(error, file);
    }
  }

  async put(name: string, pieces: Iterable<Uint8Array>): Promise<void> {
    const file = this.#file(name);
    const packed = await packedWithin(pieces, limits.layerRecordBytesMax);
    if (packed === undefined) return;
    try {
      await makeFolder(this.#folder, 0o700);
      await putUnder(file, Buffer.concat([hashOf(packed), packed]));
      await this.#prune();
    } catch (error) {
      throw translateSystemError(error, file);
    }
  }

  async remove(name: string): Promise<void> {
    const file = this.#file(name);
    await rm(file, { force: true }).catch((error: unknown) => {
      throw translateSystemError(error, file);
    });
  }

  /** Down to three quarters, so that not every new layer looks through all. */
  async #prune(): Promise<void> {
    const files: { readonly file: string; readonly size: number; readonly usedMs: number }[] = [];
    for (const name of await readdir(this.#folder)) {
      const file = path.join(this.#folder, name);
      const info = await lstat(file).catch(ifGone);
      if (info?.isFile() === true) files.push({ file, size: info.size, usedMs: info.mtimeMs });
    }
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    if (bytes <= this.#bytesMax) return;
    for (const { file, size } of files.toSorted((left, right) => left.usedMs - right.usedMs)) {
      if (bytes <= this.#bytesMax * 0.75) break;
      await rm(file, { force: true });
      bytes -= size;
    }
  }

  #file(name: string): string {
    invariant(/^[a-z0-9][a-z0-9.-]{0,200}$/u.test(name), 'names in a cache are plain');
    return path.join(this.#folder, name);
  }
}

/** By threads of their own, and piece by piece. Undefined: it would be too large to be read again. */
async function packedWithin(pieces: Iterable<Uint8Array>, bytesMax: number): Promise<Buffer | undefined> {
  const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
  let bytes = 0;
  const bounded = function* (): Generator<Uint8Array, void, undefined> {
    for (const piece of pieces) {
      bytes += piece.length;
      if (bytes > bytesMax) return;
      yield piece;
    }
  };
  const packed: Buffer[] = [];
  await pipeline(bounded, createZstdCompress(fast), async (source: AsyncIterable<Buffer>) => {
    for await (const piece of source) packed.push(piece);
  });
  return bytes > bytesMax ? undefined : Buffer.concat(packed);
}

/** Without waiting for the disk: a file that a fall of the machine left half written is told by its hash. */
async function putUnder(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, bytes, { flag: 'wx', mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Links are not followed. */
async function readRegular(file: string): Promise<Buffer | undefined> {
  await using handle = await open(file, flags.O_RDONLY | flags.O_NOFOLLOW | flags.O_NONBLOCK);
  const info = await handle.stat();
  if (!info.isFile() || info.size < hashBytes || info.size > limits.layerRecordBytesMax) {
    await rm(file, { force: true });
    return undefined;
  }
  return await handle.readFile();
}

/** On a disk that is read only, what is there can be used all the same. */
async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch((error: unknown) => {
    if (systemErrorCode(error) === undefined) throw error;
  });
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** Another process may take a file away at any time. */
function ifGone(error: unknown): undefined {
  if (systemErrorCode(error) !== 'ENOENT') throw error;
}
