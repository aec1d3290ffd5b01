import { constants } from 'node:fs';
import { lstat, open, realpath, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { replaceFile } from '../../base/replace-file.ts';
import { configExists, configFileName, namedFileMissing, type ConfigFiles } from '../../ports/config-file.ts';

/** Configs on this machine's disk. */
export class DiskConfigFiles implements ConfigFiles {
  async find(directory: string): Promise<string | undefined> {
    const folders = await upToRepository(path.resolve(directory));
    for (const folder of folders) {
      const file = path.join(folder, configFileName);
      const kind = await kindOf(file);
      // A link in a repository may point at anything of this machine, and messages quote what is read.
      if (kind === 'other')
        throw new Failure('path-refused', `${file} is not a regular file`, {
          hint: 'Name the file itself with --config FILE.',
        });
      if (kind === 'file') return file;
    }
    return undefined;
  }

  async read(file: string): Promise<string> {
    try {
      // Opening a pipe would wait for its other end; a device may have no end.
      await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
      if (!(await handle.stat()).isFile()) throw new Failure('path-refused', `${file} is not a regular file`);
      return decode(await readBounded(handle, file), file);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') throw namedFileMissing(file);
      throw translateSystemError(error, file);
    }
  }

  async leadsTo(place: string): Promise<string | undefined> {
    try {
      return await realpath(place);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw translateSystemError(error, place);
    }
    if ((await kindOf(place)) !== 'nothing') return undefined;
    const above = await this.leadsTo(path.dirname(place));
    return above === undefined ? undefined : path.join(above, path.basename(place));
  }

  async write(file: string, text: string, { replace }: { readonly replace: boolean }): Promise<void> {
    if (!replace && (await kindOf(file)) !== 'nothing') throw configExists(file);
    try {
      await replaceFile(file, text);
    } catch (error) {
      throw translateSystemError(error, file);
    }
  }
}

/** The folder and those above it, nearest first, as far as the one that holds `.git`; without one, the folder alone. */
async function upToRepository(directory: string): Promise<readonly string[]> {
  const folders: string[] = [];
  for (let folder = directory; ; folder = path.dirname(folder)) {
    folders.push(folder);
    if ((await kindOf(path.join(folder, '.git'))) !== 'nothing') return folders;
    if (folder === path.dirname(folder)) return [directory];
  }
}

async function kindOf(file: string): Promise<'file' | 'other' | 'nothing'> {
  try {
    return (await lstat(file)).isFile() ? 'file' : 'other';
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'nothing';
    throw translateSystemError(error, file);
  }
}

async function readBounded(handle: FileHandle, file: string): Promise<Uint8Array> {
  const buffer = Buffer.alloc(limits.configBytesMax + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    length += bytesRead;
    if (length > limits.configBytesMax) {
      throw new Failure('config-syntax', `${file} holds more than ${limits.configBytesMax} bytes`, {
        hint: 'Look whether it is a lockkeeper.yaml at all, or name another file with --config FILE.',
      });
    }
    if (bytesRead === 0) return buffer.subarray(0, length);
  }
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Failure('config-syntax', `${file} is not UTF-8`, { hint: 'Save it as UTF-8.', cause: error });
  }
}
