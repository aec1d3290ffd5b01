import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Failure, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { DigestBuilder, type Digest } from '../../model/digest.ts';
import type { SourceFile } from '../../ports/runner.ts';
import { readRange } from './disk-files.ts';

type Kept =
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly executable: boolean;
      readonly offset: number;
      readonly size: number;
    };

/** The contents of many files, one after the other in a single file that only we know. */
export class Spool implements AsyncDisposable {
  readonly #folder: string;
  readonly #handle: FileHandle;
  readonly #kept: readonly Kept[];
  /** Digest over names, modes and contents. */
  readonly tree: Digest;

  private constructor(
    folder: string,
    handle: FileHandle,
    content: { readonly kept: readonly Kept[]; readonly tree: Digest },
  ) {
    this.#folder = folder;
    this.#handle = handle;
    this.#kept = content.kept;
    this.tree = content.tree;
  }

  /** @throws Failure `disk-full`, `path-refused` when the files hold more than `sourceBytesMax` */
  static async fill(files: AsyncIterable<SourceFile>, temporary: string): Promise<Spool> {
    const folder = await mkdtemp(path.join(temporary, 'lockkeeper-source-'));
    try {
      const handle = await open(path.join(folder, 'files'), 'wx+', 0o600);
      try {
        return new Spool(folder, handle, await copyAll(files, handle));
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw translateSystemError(error, folder);
    }
  }

  async *files(): AsyncGenerator<SourceFile> {
    await Promise.resolve();
    for (const kept of this.#kept) {
      if (kept.kind === 'link') {
        yield kept;
      } else {
        const { offset, size, ...file } = kept;
        yield { ...file, size, bytes: () => readRange(this.#handle, offset, size, kept.path) };
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Digest over names, modes and contents, without keeping the contents. */
export async function digestOfFiles(files: AsyncIterable<SourceFile>): Promise<Digest> {
  const tree = new TreeDigest();
  for await (const file of files) {
    const content = new DigestBuilder();
    if (file.kind === 'file') for await (const chunk of file.bytes()) content.update(chunk);
    tree.add(file, content.digest());
  }
  return tree.digest();
}

async function copyAll(
  files: AsyncIterable<SourceFile>,
  handle: FileHandle,
): Promise<{ readonly kept: readonly Kept[]; readonly tree: Digest }> {
  const kept: Kept[] = [];
  const tree = new TreeDigest();
  let offset = 0;
  for await (const file of files) {
    const content = new DigestBuilder();
    if (file.kind === 'link') {
      kept.push(file);
    } else {
      for await (const chunk of file.bytes()) {
        content.update(chunk);
        if (offset + content.bytes > limits.sourceBytesMax) throw tooLarge();
        await writeAll(handle, chunk, offset + content.bytes - chunk.length);
      }
      kept.push({ kind: 'file', path: file.path, executable: file.executable, offset, size: content.bytes });
      offset += content.bytes;
    }
    tree.add(file, content.digest());
  }
  return { kept, tree: tree.digest() };
}

/** A disk that is just getting full takes a part and says nothing; it refuses the rest. */
async function writeAll(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    done += (await handle.write(chunk, done, chunk.length - done, position + done)).bytesWritten;
  }
}

/** One line a file, in the order in which they come; names are quoted so that none can pose as two. */
class TreeDigest {
  readonly #lines = new DigestBuilder();

  add(file: SourceFile, content: Digest): void {
    const what =
      file.kind === 'link'
        ? `link ${JSON.stringify(file.target)}`
        : `${file.executable ? 'program' : 'file'} ${content}`;
    this.#lines.update(Buffer.from(`${JSON.stringify(file.path)} ${what}\n`));
  }

  digest(): Digest {
    return this.#lines.digest();
  }
}

function tooLarge(): Failure {
  return new Failure('path-refused', `the suite’s source holds more than ${limits.sourceBytesMax} bytes`, {
    hint: 'Let the suite’s source be the folder that the tests need.',
  });
}
