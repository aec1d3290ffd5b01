import { ByteSource } from './byte-source.ts';
import { decodeFileName } from './file-name.ts';
import { invariant } from './invariant.ts';
import { limits } from './limits.ts';
import { TarHeaders } from './tar-headers.ts';
import type { SparseFile } from './tar-sparse.ts';
import { tarPadding, type TarKind } from './tar.ts';

/** One member of an archive. Names are data: they may be absolute, hold `..`, or repeat. */
export interface TarEntry {
  /** As it stands in the archive, by {@link decodeFileName}; directories may or may not end in a slash. */
  readonly name: string;
  readonly kind: TarKind;
  /** Where a link points to; empty for everything else. */
  readonly linkName: string;
  /** Permission bits, such as 0o644. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Bytes of content; 0 for links, directories, devices and FIFOs. */
  readonly size: number;
  /** `major:minor`; empty for what is no device. */
  readonly device: string;
  /** Extended attributes by name, such as `security.capability`. */
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
  /** Can be read once, before the next member is asked for; what is not read is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface TarOptions {
  /** Gets what follows the end marker; most archives are filled up with zero bytes. */
  readonly onRest?: (piece: Uint8Array) => void;
  /**
   * Files with holes are read, and have zero bytes there. A few stored bytes can claim any size, so whoever takes them
   * bounds the sizes of all members together. Otherwise they are refused.
   */
  readonly sparse?: boolean;
}

/**
 * Reads a tar archive as a stream with bounded memory. Read as Go's archive/tar does, since that is what the engines
 * use; where readers disagree on what an archive says, it is refused, so that nobody sees another one than we did.
 * An archive without its end marker is refused as truncated. What follows the marker is read and ignored.
 * @param refuse makes the error that is thrown
 */
export async function* readTar(
  source: AsyncIterable<Uint8Array>,
  refuse: (why: string) => Error,
  { onRest, sparse = false }: TarOptions = {},
): AsyncGenerator<TarEntry, void, undefined> {
  const bytes = new ByteSource(source);
  const headers = new TarHeaders(bytes, refuse, sparse);
  try {
    for (let entries = 0; ; entries += 1) {
      const header = await headers.next();
      if (header === undefined) break;
      if (entries >= limits.archiveEntriesMax)
        throw refuse(`it has more than ${limits.archiveEntriesMax} members`);
      const { name, linkName, sparse: map, ...rest } = header;
      const content = new Content(bytes, header.size, refuse, map);
      const size = map?.size ?? header.size;
      yield { ...rest, size, name: decodeFileName(name), linkName: decodeFileName(linkName), content };
      await content.skipRest();
    }
    for (;;) {
      const rest = await bytes.next(Number.MAX_SAFE_INTEGER);
      if (rest === undefined) break;
      onRest?.(rest);
    }
  } finally {
    await bytes.close();
  }
}

class Content implements AsyncIterable<Uint8Array> {
  readonly #bytes: ByteSource;
  readonly #size: number;
  readonly #refuse: (why: string) => Error;
  readonly #sparse: SparseFile | undefined;
  #left: number;
  #state: 'fresh' | 'being read' | 'over' = 'fresh';

  constructor(
    bytes: ByteSource,
    size: number,
    refuse: (why: string) => Error,
    sparse: SparseFile | undefined,
  ) {
    this.#bytes = bytes;
    this.#size = size;
    this.#left = size;
    this.#refuse = refuse;
    this.#sparse = sparse;
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    invariant(
      this.#state === 'fresh',
      'the content of an archive member is read once, before the next member',
    );
    this.#state = 'being read';
    return this.#sparse === undefined ? this.#stored(this.#size) : this.#withHoles(this.#sparse);
  }

  async *#withHoles({ size, parts }: SparseFile): AsyncGenerator<Uint8Array, void, undefined> {
    let at = 0;
    for (const { offset, bytes } of parts) {
      yield* zeros(offset - at);
      yield* this.#stored(bytes);
      at = offset + bytes;
    }
    yield* zeros(size - at);
  }

  async *#stored(bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = bytes; left > 0;) {
      const piece = await this.#bytes.next(left);
      if (piece === undefined) throw this.#truncated();
      left -= piece.length;
      this.#left -= piece.length;
      yield piece;
      invariant(this.#isBeingRead(), 'the archive has gone on while a member was being read');
    }
  }

  async skipRest(): Promise<void> {
    this.#state = 'over';
    const padding = tarPadding(this.#size);
    const wanted = this.#left + padding;
    if ((await this.#bytes.skip(wanted)) < wanted) throw this.#truncated();
  }

  #isBeingRead(): boolean {
    return this.#state === 'being read';
  }

  #truncated(): Error {
    return this.#refuse(`it ends within the content of a member of ${this.#size} bytes`);
  }
}

const hole = Buffer.alloc(64 * 1024);

function* zeros(bytes: number): Generator<Uint8Array, void, undefined> {
  for (let left = bytes; left > 0; left -= hole.length) yield hole.subarray(0, Math.min(left, hole.length));
}
