import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { systemErrorCode } from '../../base/failure.ts';
import type { TreeReading } from '../../ports/file-tree.ts';

// Most files of a repository fit; the others are read in pieces of their own size.
const commonBytes = 256 * 1024;

/**
 * Reads files one after the other with four system calls each. Synchronous on purpose: the queue of Node's asynchronous
 * reads takes several times as long as reading a small file does, and a scan waits for nothing else meanwhile.
 */
export function readWholeFiles(
  folder: string,
  names: readonly string[],
  { bytesMax, receive }: TreeReading,
): void {
  const buffer = Buffer.allocUnsafeSlow(commonBytes);
  for (const name of names) {
    const file = readOne(`${folder}${path.sep}${name}`, buffer, bytesMax);
    if (file !== undefined) receive({ path: name, ...file });
  }
}

type Content =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'refused'; readonly why: string };

/** Undefined: it is gone, or it is neither a file nor a link (a submodule's folder, a pipe). */
function readOne(file: string, buffer: Buffer, bytesMax: number): Content | undefined {
  let handle: number;
  try {
    // A link is not followed, and a pipe that nobody writes to does not hold us up.
    handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return refusal(error);
  }
  try {
    const { size, mtimeMs, isFile } = stateOf(handle);
    if (!isFile) return undefined;
    if (size > bytesMax) return { kind: 'refused', why: `it is larger than ${bytesMax} bytes` };
    const target = size < buffer.length ? buffer : Buffer.allocUnsafe(size + 1);
    // One byte more than there should be is asked for: where it comes, the file has grown; where it does not, this is the end.
    let done = readSync(handle, target, 0, size + 1, 0);
    for (let more = done; more > 0 && done < size; done += more)
      more = readSync(handle, target, done, size + 1 - done, done);
    if (done !== size || stateOf(handle).mtimeMs !== mtimeMs)
      return { kind: 'refused', why: 'it changed while it was read' };
    return { kind: 'bytes', bytes: target.subarray(0, size) };
  } catch (error) {
    return refusal(error);
  } finally {
    closeSync(handle);
  }
}

function stateOf(handle: number): {
  readonly size: number;
  readonly mtimeMs: number;
  readonly isFile: boolean;
} {
  const state = fstatSync(handle);
  return { size: state.size, mtimeMs: state.mtimeMs, isFile: state.isFile() };
}

function refusal(error: unknown): Content | undefined {
  switch (systemErrorCode(error)) {
    case undefined:
      throw error;
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ENXIO':
      return undefined;
    case 'ELOOP':
    case 'EMLINK':
      return { kind: 'refused', why: 'it is a link, and links are not followed' };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'refused', why: 'the operating system denies access to it' };
    default:
      return { kind: 'refused', why: `the operating system says ${systemErrorCode(error) ?? ''}` };
  }
}
