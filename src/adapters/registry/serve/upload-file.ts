import { Failure, translateSystemError } from '../../../base/failure.ts';
import { invariant } from '../../../base/invariant.ts';
import { digestAlgorithm, DigestBuilder, type Digest, type DigestAlgorithm } from '../../../model/digest.ts';
import type { BlobUpload } from '../../../ports/hosted-registry.ts';
import type { Files, OpenFile } from '../files.ts';

export interface UploadPlace {
  readonly files: Files;
  /** A name that nobody else uses, on the file system of the blobs. */
  readonly temporary: string;
  readonly algorithm: DigestAlgorithm;
  /** Gives the file the name of the blob; the temporary one is gone afterwards. */
  readonly adopt: (temporary: string, digest: Digest) => Promise<void>;
}

// Sockets deliver 64 KiB at a time; a write of this size costs little more than one of those.
const writeBytes = 1024 * 1024;

/** A file that a blob is written to while it arrives, hashed on the way, so that nothing is read again at its end. */
export class UploadFile implements BlobUpload {
  readonly #place: UploadPlace;
  readonly #file: OpenFile;
  readonly #hash: DigestBuilder;
  #isOpen = true;

  private constructor(place: UploadPlace, file: OpenFile) {
    this.#place = place;
    this.#file = file;
    this.#hash = new DigestBuilder(place.algorithm);
  }

  /** @throws Failure `disk-full`, `file-*` */
  static async create(place: UploadPlace): Promise<UploadFile> {
    try {
      return new UploadFile(place, await place.files.fs.open(place.temporary, 'wx', 0o644));
    } catch (error) {
      throw translateSystemError(error, place.temporary);
    }
  }

  get size(): number {
    return this.#hash.bytes;
  }

  async append(source: AsyncIterable<Uint8Array>): Promise<void> {
    let held: Uint8Array[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      const piece = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held, bytes);
      [held, bytes] = [[], 0];
      await this.#write(piece);
    };
    try {
      for await (const chunk of source) {
        held.push(chunk);
        bytes += chunk.length;
        if (bytes >= writeBytes) await flush();
      }
    } finally {
      // Also of a client that broke off: it may ask how far it came, and go on from there.
      if (this.#isOpen && bytes > 0) await flush();
    }
  }

  async commit(digest: Digest): Promise<void> {
    const { temporary, adopt, algorithm } = this.#place;
    try {
      const found =
        digestAlgorithm(digest) === algorithm ? this.#hash.digest() : await this.#hashAgain(digest);
      if (found !== digest)
        throw new Failure(
          'content-mismatch',
          `${digest} was promised, but the ${this.size} bytes are ${found}`,
        );
      await this.#file.sync();
      await this.#close();
      await adopt(temporary, digest);
    } catch (error) {
      await this.cancel();
      throw translateSystemError(error, temporary);
    }
  }

  async cancel(): Promise<void> {
    await this.#close();
    await this.#place.files.removeIfThere(this.#place.temporary);
  }

  /** The disk writes in threads of its own, so the hash costs no time beside it. */
  async #write(piece: Uint8Array): Promise<void> {
    invariant(this.#isOpen, 'an upload that has ended gets no more bytes');
    try {
      const writing = this.#writeAll(piece);
      this.#hash.update(piece);
      await writing;
    } catch (error) {
      // Nobody knows how much of the piece is there.
      await this.cancel();
      throw translateSystemError(error, this.#place.temporary);
    }
  }

  async #writeAll(piece: Uint8Array): Promise<void> {
    for (let done = 0; done < piece.length;)
      done += (await this.#file.write(piece, done, piece.length - done)).bytesWritten;
  }

  /** A client that says at the end only that it wants sha512. */
  async #hashAgain(digest: Digest): Promise<Digest> {
    const hash = new DigestBuilder(digestAlgorithm(digest));
    const refuse = (why: string): Failure =>
      new Failure('file-error', `${this.#place.temporary} was tampered with: ${why}`);
    const file = await this.#place.files.openFile(this.#place.temporary, refuse);
    if (file === undefined) throw refuse('it is gone');
    for await (const piece of file.pieces()) hash.update(piece);
    return hash.digest();
  }

  async #close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#file.close();
  }
}
