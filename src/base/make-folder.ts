import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from './failure.ts';

/**
 * Makes a folder and those above it, unless they are there. Step by step: where a file system makes no folders at all
 * (`/proc`), the recursive mkdir of Node 24 never ends. Throws the operating system's errors as they are.
 */
export async function makeFolder(folder: string, mode: number = 0o777): Promise<void> {
  const above = path.dirname(folder);
  try {
    await makeOne(folder, mode);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT' || above === folder) throw error;
    await makeFolder(above, mode);
    await makeOne(folder, mode);
  }
}

/** Somebody else may make it at the same time; that it is there is all that counts. */
async function makeOne(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error;
  }
}
