import { limits } from '../../base/limits.ts';
import type { OpenFile } from './files.ts';

/**
 * What comes over the network comes in small pieces: they are gathered in one buffer while another one is being written.
 * Two buffers serve for a whole file, so that no memory is asked for, and cleared by the system, for each piece.
 */
export class PieceWriter {
  readonly #file: OpenFile;
  #gathering: Buffer = Buffer.allocUnsafeSlow(limits.filePieceBytes);
  #filled = 0;
  #spare: Buffer | undefined;
  #written = Promise.resolve();

  constructor(file: OpenFile) {
    this.#file = file;
  }

  /** Undefined: it needs no wait, and the piece may be changed. Rejects with why the piece before it was not written. */
  add(piece: Uint8Array): Promise<void> | undefined {
    const room = this.#gathering.length - this.#filled;
    if (piece.length < room) {
      this.#gathering.set(piece, this.#filled);
      this.#filled += piece.length;
      return undefined;
    }
    return this.#addAndWrite(piece);
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    if (this.#filled > 0) await this.#write();
    await this.#written;
  }

  /** Nothing is being written any more, whatever came of it. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#written]);
  }

  async #addAndWrite(piece: Uint8Array): Promise<void> {
    for (let at = 0; at < piece.length;) {
      const part = piece.subarray(at, at + this.#gathering.length - this.#filled);
      this.#gathering.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#gathering.length) await this.#write();
    }
  }

  /** Waits for the piece before, and not for this one. */
  async #write(): Promise<void> {
    await this.#written;
    const full = this.#gathering;
    this.#written = writeAll(this.#file, full.subarray(0, this.#filled));
    this.#written.catch(() => undefined);
    this.#gathering = this.#spare ?? Buffer.allocUnsafeSlow(full.length);
    this.#spare = full;
    this.#filled = 0;
  }
}

async function writeAll(file: OpenFile, piece: Uint8Array): Promise<void> {
  for (let done = 0; done < piece.length;)
    done += (await file.write(piece, done, piece.length - done)).bytesWritten;
}
