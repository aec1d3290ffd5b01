import { constants, type Dirent } from 'node:fs';
import { lstat, open, readdir, readlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { SourceFile } from '../../ports/runner.ts';

/**
 * Names of all files and links below a folder, relative to it; links are not followed, repositories' own folders left out.
 * @param denied what becomes of a folder below that may not be read: the error, or its name with `/` at the end
 */
export async function listDiskFiles(folder: string, denied: 'thrown' | 'listed'): Promise<readonly string[]> {
  const names: string[] = [];
  const waiting = [''];
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    const entries = await entriesOf(folder, below, denied);
    if (entries === 'denied') names.push(`${below}/`);
    else
      for (const entry of entries) {
        const name = path.posix.join(below, entry.name);
        if (!entry.isDirectory()) names.push(name);
        else if (entry.name !== '.git') waiting.push(name);
      }
    if (names.length > limits.sourceFilesMax) throw tooMany(folder);
  }
  return names;
}

/** None where the folder has gone meanwhile. */
async function entriesOf(
  folder: string,
  below: string,
  denied: 'thrown' | 'listed',
): Promise<readonly Dirent[] | 'denied'> {
  try {
    return await readdir(path.join(folder, below), { withFileTypes: true });
  } catch (error) {
    const code = systemErrorCode(error);
    if (below !== '' && (code === 'ENOENT' || code === 'ENOTDIR')) return [];
    if (below !== '' && denied === 'listed' && (code === 'EACCES' || code === 'EPERM')) return 'denied';
    throw translateSystemError(error, path.join(folder, below));
  }
}

/** The files of these names that are there and are files or links; what vanished, and everything else, is left out. */
export async function* readFiles(folder: string, names: readonly string[]): AsyncGenerator<SourceFile> {
  if (names.length > limits.sourceFilesMax) throw tooMany(folder);
  for (const name of names) {
    const file = path.join(folder, name);
    const info = await lstat(file).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return undefined;
      throw translateSystemError(error, file);
    });
    if (info?.isSymbolicLink() === true) yield { kind: 'link', path: name, target: await readlink(file) };
    if (info?.isFile() !== true) continue;
    const executable = (info.mode & constants.S_IXUSR) !== 0;
    yield { kind: 'file', path: name, executable, size: info.size, bytes: () => readPart(file, info.size) };
  }
}

/** Exactly `size` bytes of a file. @throws Failure `file-error` when it has become shorter */
async function* readPart(file: string, size: number): AsyncGenerator<Uint8Array> {
  let handle: FileHandle;
  try {
    // A file that became a link meanwhile is not followed.
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    throw translateSystemError(error, file);
  }
  try {
    yield* readRange(handle, 0, size, file);
  } finally {
    await handle.close();
  }
}

const pieceBytes = 1024 * 1024;

/** `size` bytes from `offset` on. @throws Failure `file-error` when the file ends before */
export async function* readRange(
  handle: FileHandle,
  offset: number,
  size: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < size;) {
    const wanted = Math.min(pieceBytes, size - done);
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, offset + done);
    if (bytesRead === 0) {
      throw new Failure('file-error', `${name} became shorter while it was read`, {
        hint: 'Run again when nobody writes there.',
      });
    }
    done += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function tooMany(folder: string): Failure {
  return new Failure('path-refused', `${folder} holds more than ${limits.sourceFilesMax} files`, {
    hint: 'Let the suite’s source be the folder that the tests need.',
  });
}
