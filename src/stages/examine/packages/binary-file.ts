import { UnreadableError } from './facts-reader.ts';

/** Numbers and pieces of a binary file; whatever lies outside of it makes the file unreadable. */
export class BinaryFile {
  readonly #bytes: Buffer;
  readonly #bigEndian: boolean;

  constructor(bytes: Buffer, byteOrder: 'big' | 'little') {
    this.#bytes = bytes;
    this.#bigEndian = byteOrder === 'big';
  }

  get length(): number {
    return this.#bytes.length;
  }

  u8(at: number): number {
    return this.slice(at, 1)[0] ?? 0;
  }

  u16(at: number): number {
    const piece = this.slice(at, 2);
    return this.#bigEndian ? piece.readUInt16BE() : piece.readUInt16LE();
  }

  u32(at: number): number {
    const piece = this.slice(at, 4);
    return this.#bigEndian ? piece.readUInt32BE() : piece.readUInt32LE();
  }

  /** Sizes and offsets: beyond 2⁵³ they lie outside of every file. */
  u64(at: number): number {
    const piece = this.slice(at, 8);
    return Number(this.#bigEndian ? piece.readBigUInt64BE() : piece.readBigUInt64LE());
  }

  /** A view, not a copy. */
  slice(at: number, bytes: number): Buffer {
    if (!Number.isSafeInteger(at) || at < 0 || bytes < 0 || at + bytes > this.#bytes.length) {
      throw new UnreadableError('it points outside of itself');
    }
    return this.#bytes.subarray(at, at + bytes);
  }
}
