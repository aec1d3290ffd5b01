/** A byte stream that can be read in pieces of any size, without keeping more than the chunk at hand. */
export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #ended = false;
  #position = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#iterator = source[Symbol.asyncIterator]();
  }

  /** Bytes that were read or skipped so far. */
  get position(): number {
    return this.#position;
  }

  /** At least one and at most `bytesMax` bytes as they come; undefined at the end. */
  async next(bytesMax: number): Promise<Buffer | undefined> {
    if (!(await this.#fill())) return undefined;
    const piece = this.#chunk.subarray(this.#at, this.#at + bytesMax);
    this.#at += piece.length;
    this.#position += piece.length;
    return piece;
  }

  /** Exactly `bytes` bytes, fewer only at the end. */
  async take(bytes: number): Promise<Buffer> {
    const first = (await this.next(bytes)) ?? Buffer.alloc(0);
    if (first.length === bytes) return first;
    const pieces = [first];
    let missing = bytes - first.length;
    while (missing > 0) {
      const piece = await this.next(missing);
      if (piece === undefined) break;
      pieces.push(piece);
      missing -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  /** Throws away `bytes` bytes; returns how many there were. */
  async skip(bytes: number): Promise<number> {
    let left = bytes;
    while (left > 0) {
      const piece = await this.next(left);
      if (piece === undefined) break;
      left -= piece.length;
    }
    return bytes - left;
  }

  /** Tells the source that nobody reads on. */
  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#iterator.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#at >= this.#chunk.length) {
      if (this.#ended) return false;
      const next = await this.#iterator.next();
      if (next.done === true) {
        this.#ended = true;
        return false;
      }
      this.#chunk = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
      this.#at = 0;
    }
    return true;
  }
}
