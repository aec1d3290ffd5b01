import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { replaceFile } from '../../base/replace-file.ts';
import type { Editor } from '../../ports/editor.ts';

/** Files of this machine. */
export const diskEditor: Editor = {
  read: (file, bytesMax) => withFile(file, async (handle) => readWhole(handle, file, bytesMax)),

  async replace(file, before, after) {
    const mode = await withFile(file, async (handle) => {
      const { mode: current } = await handle.stat();
      // Root may write to anything; that somebody made a file read-only is a word all the same.
      if ((current & 0o222) === 0)
        throw new Failure('file-denied', `${file} is read-only`, {
          hint: `Run \`chmod u+w\` on it where it is to be changed.`,
        });
      const now = await readWhole(handle, file, before.length);
      if (!now.equals(before)) throw changed(file);
      return current & 0o7777;
    });
    try {
      await replaceFile(file, after, mode);
    } catch (error) {
      throw translateSystemError(error, file);
    }
  },
};

async function withFile<T>(file: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    // Opening a pipe would wait for its other end.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile()) throw new Failure('path-refused', `${file} is not a regular file`);
    return await work(handle);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT')
      throw new Failure('path-missing', `${file} is not there`, { cause: error });
    if (systemErrorCode(error) === 'ELOOP')
      throw new Failure('path-refused', `${file} is a link, and links are not followed`, { cause: error });
    throw translateSystemError(error, file);
  }
}

async function readWhole(handle: FileHandle, file: string, bytesMax: number): Promise<Buffer> {
  const { size } = await handle.stat();
  if (size > bytesMax) throw changed(file);
  return handle.readFile();
}

function changed(file: string): Failure {
  return new Failure('file-changed', `${file} was written to meanwhile`, {
    hint: 'Nothing of it was changed. Run the same command again.',
    where: { file },
  });
}
