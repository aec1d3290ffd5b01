import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { translateSystemError } from '../../base/failure.ts';
import { collectBytes } from '../../base/stream.ts';

/** A folder for what lies between the engine and the layout; it goes with everything in it. */
export class TemporaryFolder implements AsyncDisposable {
  readonly path: string;
  #names = 0;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(parent: string): Promise<TemporaryFolder> {
    try {
      return new TemporaryFolder(await mkdtemp(join(parent, 'build-')));
    } catch (error) {
      throw translateSystemError(error, parent);
    }
  }

  /** A path in the folder that nobody has used yet. */
  fresh(name: string): string {
    this.#names += 1;
    return join(this.path, `${this.#names}-${name}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** Writes a new file as its bytes come, with back pressure. @throws Failure `disk-full`, `file-*`, and what reading throws */
export async function writeFresh(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await using file = await open(path, 'wx', 0o600);
    for await (const piece of bytes) await file.writeFile(piece);
  } catch (error) {
    throw translateSystemError(error, path);
  }
}

/** Gives its room back before the folder goes. */
export async function removeFile(path: string): Promise<void> {
  try {
    await rm(path);
  } catch (error) {
    throw translateSystemError(error, path);
  }
}

/** A file as a stream; closed when the reader stops. */
export async function* readPieces(path: string): AsyncGenerator<Uint8Array> {
  try {
    await using file = await open(path, 'r');
    for (;;) {
      // Whoever reads may keep a piece: none is used twice.
      const piece = Buffer.allocUnsafe(pieceBytes);
      const { bytesRead } = await file.read(piece, 0, pieceBytes);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } catch (error) {
    throw translateSystemError(error, path);
  }
}

const pieceBytes = 256 * 1024;

/** A whole small file; `tooLarge` throws. */
export function readWhole(path: string, bytesMax: number, tooLarge: () => never): Promise<Buffer> {
  return collectBytes(readPieces(path), bytesMax, tooLarge);
}
