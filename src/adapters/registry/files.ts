import { constants } from 'node:fs';
import { lstat, link, open, readdir, realpath, rename, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode, translateSystemError, type Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { PieceWriter } from './piece-writer.ts';

/** What a layout needs of a file system; a test hands in one that fails at the n-th call. */
export interface FileSystem {
  open(path: string, flags: number | string, mode?: number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  link(existing: string, fresh: string): Promise<void>;
  unlink(path: string): Promise<void>;
  mkdir(path: string): Promise<unknown>;
  lstat(path: string): Promise<FileStatus>;
  readdir(path: string): Promise<string[]>;
  realpath(path: string): Promise<string>;
  /** A folder with everything in it; one that is not there is no error. */
  rm(path: string): Promise<void>;
}

export interface OpenFile {
  /** From `position` of the file; null: from where the last read ended. */
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position?: number | null,
  ): Promise<{ readonly bytesRead: number }>;
  write(buffer: Uint8Array, offset: number, length: number): Promise<{ readonly bytesWritten: number }>;
  stat(): Promise<FileStatus>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileStatus {
  readonly size: number;
  /** How many names the file has. */
  readonly nlink: number;
  isFile(): boolean;
  isDirectory(): boolean;
}

export const machineFiles: FileSystem = {
  open,
  rename,
  link,
  unlink,
  lstat,
  readdir: (folder) => readdir(folder),
  mkdir: (folder) => makeFolder(folder),
  realpath: (each) => realpath(each),
  rm: (each) => rm(each, { recursive: true, force: true }),
};

/** Names of files that are being written. A process that was killed leaves them behind; nobody reads them. */
const temporary = /^\..+\.\d+\.\d+\.tmp$/;

/** Files of one process: reads what is a file and nothing else, writes so that there is the old file or the new one. */
export class Files {
  readonly fs: FileSystem;
  readonly #pid: number;
  #written = 0;

  constructor(fs: FileSystem, pid: number) {
    this.fs = fs;
    this.#pid = pid;
  }

  /**
   * Writes to a temporary file beside the target, to the disk, and only then to its name.
   * @throws Failure `disk-full`, `file-denied`, `file-error`; and whatever `bytes` throws. The old file is then as it was
   */
  async replace(target: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    await this.rename(await this.writeBeside(target, bytes), target);
  }

  /** Gives a file that is on the disk its name; where that fails, nothing is left of it. */
  async rename(fresh: string, target: string): Promise<void> {
    try {
      await this.fs.rename(fresh, target);
      await this.syncFolder(path.dirname(target));
    } catch (error) {
      await this.removeIfThere(fresh);
      throw translateSystemError(error, target);
    }
  }

  /** Gives a file one more name. Throws the operating system's errors as they are. */
  async link(existing: string, fresh: string): Promise<void> {
    await this.fs.link(existing, fresh);
    await this.syncFolder(path.dirname(fresh));
  }

  /** Writes a temporary file beside `target` and returns its name; nothing is left of it when that fails. */
  async writeBeside(target: string, bytes: AsyncIterable<Uint8Array>): Promise<string> {
    const fresh = this.nameBeside(target);
    try {
      await this.#write(fresh, bytes);
      return fresh;
    } catch (error) {
      await this.removeIfThere(fresh);
      throw translateSystemError(error, target);
    }
  }

  /** A name that nobody else uses, for a file that is taken away again. */
  nameBeside(target: string): string {
    this.#written += 1;
    return path.join(path.dirname(target), `.${path.basename(target)}.${this.#pid}.${this.#written}.tmp`);
  }

  /** A whole file; undefined: it is not there. `refuse` makes the error for what is no file, or is too large. */
  async read(
    target: string,
    bytesMax: number,
    refuse: (why: string) => Failure,
  ): Promise<Buffer | undefined> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    const opened = await this.openFile(target, refuse);
    if (opened === undefined) return undefined;
    if (opened.size > bytesMax) {
      await opened.close();
      throw refuse(`it is larger than ${bytesMax} bytes`);
    }
    for await (const piece of opened.pieces()) {
      size += piece.length;
      if (size > bytesMax) throw refuse(`it is larger than ${bytesMax} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** Opens what is a regular file: no link is followed, no pipe waited for. Undefined: it is not there. */
  async openFile(target: string, refuse: (why: string) => Failure): Promise<OpenedFile | undefined> {
    let file: OpenFile;
    try {
      file = await this.fs.open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT') return undefined;
      if (code === 'ELOOP' || code === 'ENXIO' || code === 'ENOTDIR') throw refuse('it is no regular file');
      throw translateSystemError(error, target);
    }
    try {
      const status = await file.stat();
      if (!status.isFile()) throw refuse('it is no regular file');
      return new OpenedFile(file, status.size, target);
    } catch (error) {
      await file.close();
      throw translateSystemError(error, target);
    }
  }

  /** The bytes of a regular file that has to be there; it is opened when the first of them is asked for. */
  async *pieces(target: string, refuse: (why: string) => Failure): AsyncGenerator<Uint8Array> {
    const opened = await this.openFile(target, refuse);
    if (opened === undefined) throw refuse('it has gone');
    yield* opened.pieces();
  }

  /** Size of a regular file; undefined: it is not there. */
  async sizeOf(target: string, refuse: (why: string) => Failure): Promise<number | undefined> {
    const status = await this.statusOf(target);
    if (status?.isFile() === false) throw refuse('it is no regular file');
    return status?.size;
  }

  /** Of the thing itself, also where it is a link; undefined: it is not there. */
  async statusOf(target: string): Promise<FileStatus | undefined> {
    try {
      return await this.fs.lstat(target);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw translateSystemError(error, target);
    }
  }

  async makeFolder(folder: string): Promise<void> {
    try {
      await this.fs.mkdir(folder);
    } catch (error) {
      throw translateSystemError(error, folder);
    }
  }

  /** Names in a folder; empty where there is none. */
  async list(folder: string): Promise<readonly string[]> {
    try {
      return await this.fs.readdir(folder);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw translateSystemError(error, folder);
    }
  }

  async removeFolder(folder: string): Promise<void> {
    try {
      await this.fs.rm(folder);
    } catch (error) {
      throw translateSystemError(error, folder);
    }
  }

  /** Takes away what processes that were killed left half-written. Nobody else may be writing. */
  async removeLeftovers(folder: string): Promise<void> {
    for (const name of await this.list(folder))
      if (isTemporary(name)) await this.removeIfThere(path.join(folder, name));
  }

  /** Takes a file away for good; what is not there is no error. */
  async remove(target: string): Promise<void> {
    try {
      await this.fs.unlink(target);
      await this.syncFolder(path.dirname(target));
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw translateSystemError(error, target);
    }
  }

  /** What cannot be removed stays; nobody reads it, and the error that led here tells more. */
  async removeIfThere(target: string): Promise<void> {
    await this.fs.unlink(target).catch((error: unknown) => {
      if (systemErrorCode(error) === undefined) throw error;
    });
  }

  async #write(target: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await this.fs.open(target, 'wx', 0o644);
    const writer = new PieceWriter(file);
    try {
      for await (const piece of bytes) {
        const waiting = writer.add(piece);
        if (waiting !== undefined) await waiting;
      }
      await writer.end();
      await file.sync();
    } finally {
      await writer.settled();
      await file.close();
    }
  }

  async syncFolder(folder: string): Promise<void> {
    const handle = await this.fs.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}

/** A regular file that is open for reading. Reading it to its end, or giving up, closes it. */
export class OpenedFile {
  readonly size: number;
  readonly #file: OpenFile;
  readonly #name: string;

  constructor(file: OpenFile, size: number, name: string) {
    this.#file = file;
    this.size = size;
    this.#name = name;
  }

  /** All bytes, or those from `first` to `last`, both of which count. */
  async *pieces(first: number = 0, last: number = Infinity): AsyncGenerator<Uint8Array> {
    try {
      for (let at = first; at <= last;) {
        // A new buffer a piece: whoever receives it may keep it.
        const buffer = Buffer.allocUnsafeSlow(Math.min(limits.filePieceBytes, last - at + 1));
        const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) return;
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } catch (error) {
      throw translateSystemError(error, this.#name);
    } finally {
      await this.#file.close();
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

export function isTemporary(name: string): boolean {
  return temporary.test(name);
}
