import { limits } from '../../base/limits.ts';
import type { TrialOutput } from '../../model/trial.ts';

/** Keeps the beginning and the end of what a container writes, on both streams, in the order in which it comes. */
export class OutputExcerpt {
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  readonly #tail = new LastBytes(limits.logTailBytesMax);
  #bytes = 0;

  add(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    const room = limits.logHeadBytesMax - this.#headBytes;
    const first = chunk.subarray(0, room);
    if (first.length > 0) {
      this.#head.push(Buffer.from(first));
      this.#headBytes += first.length;
    }
    this.#tail.add(chunk.subarray(first.length));
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  get(): TrialOutput {
    const head = Buffer.concat(this.#head);
    const tail = this.#tail.bytes();
    const omittedBytes = this.#bytes - head.length - tail.length;
    if (omittedBytes > 0) {
      return { bytes: this.#bytes, head: decode(head, 'end'), tail: decode(tail, 'start'), omittedBytes };
    }
    // Nothing lies between them: a character that stands across the seam is whole.
    const seam = head.length - partialAtEnd(head);
    const rest = Buffer.concat([head.subarray(seam), tail]);
    const isAll = tail.length === 0;
    return {
      bytes: this.#bytes,
      head: (isAll ? head : head.subarray(0, seam)).toString('utf8'),
      tail: isAll ? '' : rest.toString('utf8'),
      omittedBytes: 0,
    };
  }
}

/** Keeps standard output as a whole, up to a limit. */
export class CapturedStdout {
  readonly #bytesMax: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#bytesMax) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  /** Undefined: there was more than allowed. */
  get(): Buffer | undefined {
    return this.#bytes > this.#bytesMax ? undefined : Buffer.concat(this.#chunks);
  }
}

/** The last bytes of a stream; takes no more memory than it needs. */
export class LastBytes {
  readonly #bytesMax: number;
  #buffer = Buffer.alloc(0);
  #written = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#grow(this.#written + chunk.length);
    // Of a chunk larger than the ring, only its end stays.
    const skipped = Math.max(0, chunk.length - this.#bytesMax);
    let at = (this.#written + skipped) % this.#bytesMax;
    for (let rest = chunk.subarray(skipped); rest.length > 0; at = 0) {
      const piece = rest.subarray(0, this.#bytesMax - at);
      this.#buffer.set(piece, at);
      rest = rest.subarray(piece.length);
    }
    this.#written += chunk.length;
  }

  bytes(): Buffer {
    if (this.#written <= this.#bytesMax) return this.#buffer.subarray(0, this.#written);
    const at = this.#written % this.#bytesMax;
    return Buffer.concat([this.#buffer.subarray(at), this.#buffer.subarray(0, at)]);
  }

  #grow(bytes: number): void {
    const wanted = Math.min(bytes, this.#bytesMax);
    if (wanted <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.min(this.#bytesMax, Math.max(2 * this.#buffer.length, wanted, 4096)));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}

/** As text, without the part of a character that the cut left at one side. */
function decode(bytes: Buffer, cutAt: 'start' | 'end'): string {
  const [start, end] = cutAt === 'start' ? [continuations(bytes), 0] : [0, partialAtEnd(bytes)];
  return bytes.subarray(start, bytes.length - end).toString('utf8');
}

/** UTF-8 bytes at the beginning that continue a character from before; at most three. */
function continuations(bytes: Buffer): number {
  let count = 0;
  while (count < 3 && ((bytes[count] ?? 0) & 0xc0) === 0x80) count += 1;
  return count;
}

/** UTF-8 bytes at the end that begin a character which goes on behind. */
function partialAtEnd(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
