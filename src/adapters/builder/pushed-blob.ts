import { open, type FileHandle } from 'node:fs/promises';
import { Failure, isFailure, translateSystemError } from '../../base/failure.ts';
import { DigestBuilder, type Digest } from '../../model/digest.ts';
import type { BlobUpload } from '../../ports/hosted-registry.ts';
import { UnpackedDigest } from '../../ports/unpacked-digest.ts';

/** A blob that the engine has sent. */
export interface PushedBlob {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** What it has unpacked; undefined: it cannot be unpacked. */
  readonly unpacked: Digest | undefined;
}

export interface PushedBlobOrder {
  readonly path: string;
  /** Before the first byte is taken. @throws Failure when nothing more is wanted */
  readonly onBegin: () => void;
  readonly onEnd: (digest: Digest, blob: PushedBlob) => void;
  /** The file cannot be written. */
  readonly onTrouble: (trouble: Failure) => void;
}

/** A file that a blob is written to while it arrives, hashed both as it is and unpacked. */
export class PushedBlobFile implements BlobUpload {
  readonly #order: PushedBlobOrder;
  readonly #file: FileHandle;
  readonly #packed = new DigestBuilder();
  readonly #unpacked = new UnpackedDigest({ algorithm: 'sha256' });

  private constructor(order: PushedBlobOrder, file: FileHandle) {
    this.#order = order;
    this.#file = file;
  }

  /** @throws Failure `disk-full`, `file-*` */
  static async create(order: PushedBlobOrder): Promise<PushedBlobFile> {
    return watched(order, async () => new PushedBlobFile(order, await open(order.path, 'wx', 0o600)));
  }

  get size(): number {
    return this.#packed.bytes;
  }

  async append(source: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of source) {
      if (this.#packed.bytes === 0) this.#order.onBegin();
      this.#packed.update(piece);
      await Promise.all([watched(this.#order, () => this.#file.writeFile(piece)), this.#unpacked.add(piece)]);
    }
  }

  async commit(digest: Digest): Promise<void> {
    const found = this.#packed.digest();
    await this.#unpacked.end();
    await this.cancel();
    if (found !== digest)
      throw new Failure('content-mismatch', `${digest} was promised, but the bytes are ${found}`);
    const { path, onEnd } = this.#order;
    onEnd(digest, { file: path, size: this.size, unpacked: this.#unpacked.digest });
  }

  /** The file goes with its folder. */
  async cancel(): Promise<void> {
    this.#unpacked.close();
    await this.#file.close();
  }
}

async function watched<T>({ path, onTrouble }: PushedBlobOrder, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const trouble = translateSystemError(error, path);
    if (isFailure(trouble)) onTrouble(trouble);
    throw trouble;
  }
}
