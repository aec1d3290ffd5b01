import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemErrorCode } from './failure.ts';

/**
 * Makes a folder and those above it, unless they are there. Step by step: where a file system makes no folders at all
 * (`/proc`), the recursive mkdir of Node 24 never ends. Throws the operating system's errors as they are.
 */
export async function makeFolder(folder: string, mode: number = 0o777): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    const above = path.dirname(folder);
    if (code !== 'ENOENT' || above === folder) throw error;
    await makeFolder(above, mode);
    await mkdir(folder, mode);
  }
}
