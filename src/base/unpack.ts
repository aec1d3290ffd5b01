import { PassThrough, type Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { limits } from './limits.ts';
import { drained } from './stream.ts';

/** Enough to tell what packed a stream. */
const magicBytes = 4;

/** By the first bytes, as the engines do, whatever a media type says. */
function unpackerFor(first: Buffer): Transform {
  if (first[0] === 0x1f && first[1] === 0x8b) return createGunzip({ chunkSize: limits.unpackPieceBytes });
  return isZstd(first) ? createZstdDecompress(zstdOptions) : new PassThrough();
}

const zstdOptions = {
  chunkSize: limits.unpackPieceBytes,
  params: { [constants.ZSTD_d_windowLogMax]: limits.zstdWindowLogMax },
};

/** A frame, or one that is to be skipped (RFC 8878, 3.1): zstd:chunked puts a frame around each file. */
function isZstd(first: Buffer): boolean {
  if (first.length < magicBytes) return false;
  const magic = first.readUInt32LE(0);
  return magic === 0xfd2fb528 || isSkippable(magic);
}

function isSkippable(magic: number): boolean {
  return magic >= 0x184d2a50 && magic <= 0x184d2a5f;
}

/**
 * What a stream holds once gzip or zstd is taken off, however many gzip members or zstd frames it is made of; a stream that
 * is packed with neither comes as it is. Memory is bounded by the largest window that zstd may ask for.
 * @param refuse makes the error for bytes that cannot be unpacked; errors of the source pass as they are
 */
export async function* unpack(
  source: AsyncIterable<Uint8Array>,
  refuse: (why: string) => Error,
): AsyncGenerator<Buffer, void, undefined> {
  const feed = new Feed(source);
  try {
    const first = await feed.peek();
    yield* member(feed, unpackerFor(first), refuse);
    // Node's decoder ends with a frame that ends within a chunk; frames that begin a chunk it reads by itself.
    while (isZstd(first)) {
      const next = await feed.peek();
      if (next.length === 0) break;
      if (!isZstd(next)) throw refuse('other bytes follow what zstd packed');
      yield* member(feed, unpackerFor(next), refuse);
    }
  } finally {
    await feed.close();
  }
}

async function* member(
  feed: Feed,
  unpacker: Transform,
  refuse: (why: string) => Error,
): AsyncGenerator<Buffer, void, undefined> {
  const feeding = feed.into(unpacker);
  try {
    for await (const chunk of unpacker) yield asBuffer(chunk);
  } catch (error) {
    if (feed.trouble !== undefined) throw feed.trouble;
    throw refuse(`it cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    unpacker.destroy();
    await feeding;
  }
}

function asBuffer(chunk: unknown): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.alloc(0);
}

/** Chunks on their way into unpackers; what one of them has left over is there for the next. */
class Feed {
  readonly #source: AsyncIterator<Uint8Array>;
  #waiting: Buffer[] = [];
  #isOver = false;
  /** What the source threw. */
  trouble: Error | undefined;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next bytes, which stay: {@link magicBytes} of them or more, fewer only at the end. */
  async peek(): Promise<Buffer> {
    while (this.#bytes() < magicBytes && (await this.#fill())) continue;
    const all = this.#waiting.length > 1 ? Buffer.concat(this.#waiting) : this.#waiting[0];
    this.#waiting = all === undefined || all.length === 0 ? [] : [all];
    return all ?? Buffer.alloc(0);
  }

  /** Writes until the source or the unpacker ends, and takes back what the unpacker did not use. */
  async into(unpacker: Transform): Promise<void> {
    let given = 0;
    let held: { readonly chunk: Buffer; readonly start: number }[] = [];
    try {
      while (!isDone(unpacker)) {
        if (this.#waiting.length === 0 && !(await this.#fill())) break;
        const chunk = this.#waiting.shift();
        if (chunk === undefined || isDone(unpacker)) break;
        const used = usedBy(unpacker);
        held = [...held.filter((each) => each.start + each.chunk.length > used), { chunk, start: given }];
        given += chunk.length;
        if (!unpacker.write(chunk)) await drained(unpacker);
      }
      if (!isDone(unpacker)) unpacker.end();
    } catch (error) {
      this.trouble = error instanceof Error ? error : new Error(String(error));
      unpacker.destroy(this.trouble);
    }
    await ended(unpacker);
    const used = usedBy(unpacker);
    const left = held.map(({ chunk, start }) => chunk.subarray(Math.max(0, used - start)));
    this.#waiting.unshift(...left.filter(({ length }) => length > 0));
  }

  async close(): Promise<void> {
    if (!this.#isOver) await this.#source.return?.();
  }

  #bytes(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }

  async #fill(): Promise<boolean> {
    if (this.#isOver) return false;
    const next = await this.#source.next();
    if (next.done === true) {
      this.#isOver = true;
      return false;
    }
    const { buffer, byteOffset, byteLength } = next.value;
    if (byteLength > 0) this.#waiting.push(Buffer.from(buffer, byteOffset, byteLength));
    return true;
  }
}

function isDone(unpacker: Transform): boolean {
  return unpacker.destroyed || unpacker.readableEnded || unpacker.errored !== null;
}

/** Packed bytes that an unpacker has used; all of them where nothing is unpacked. */
function usedBy(unpacker: Transform): number {
  return 'bytesWritten' in unpacker && typeof unpacker.bytesWritten === 'number'
    ? unpacker.bytesWritten
    : Number.MAX_SAFE_INTEGER;
}

function ended(unpacker: Transform): Promise<void> {
  return new Promise((resolve) => {
    if (isDone(unpacker)) resolve();
    for (const event of ['end', 'close', 'error']) unpacker.once(event, () => resolve());
  });
}
