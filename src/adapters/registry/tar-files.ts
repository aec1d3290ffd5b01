import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { tarFields } from '../../base/tar.ts';
import { bundleName } from './bundle-names.ts';
import type { FileStatus, FileSystem, OpenFile } from './files.ts';
import { tarMembers } from './tar-index.ts';

/** Whether it begins as every archive does that POSIX knows of; what it is worth, reading tells. */
export async function isTarFile(file: string): Promise<boolean> {
  await using handle = await open(file, 'r');
  const { buffer } = await handle.read(Buffer.alloc(5), { position: tarFields.magic[0] });
  return buffer.toString('latin1') === 'ustar';
}

interface Place {
  readonly offset: number;
  readonly size: number;
}

/**
 * A layout in a tar archive, as files to read: the archive is the folder. Its headers are read once; contents are read
 * where they lie. Whatever no layout has (links, folders, other names) is not there. Nothing can be written.
 */
export class TarFiles implements FileSystem {
  readonly #archive: string;
  readonly #places: ReadonlyMap<string, Place>;

  private constructor(archive: string, places: ReadonlyMap<string, Place>) {
    this.#archive = archive;
    this.#places = places;
  }

  /** @throws Failure `bundle-invalid` when it is no archive, or one that readers disagree on */
  static async read(archive: string): Promise<TarFiles> {
    const places = new Map<string, Place>();
    const refuse = (why: string): Failure =>
      new Failure('bundle-invalid', `${archive} is no sound tar archive: ${why}`);
    for await (const { name, kind, offset, size } of tarMembers(createReadStream(archive), refuse)) {
      const what = bundleName(name).kind;
      if (kind === 'file' && (what === 'blob' || what === 'document')) places.set(name, { offset, size });
    }
    return new TarFiles(archive, places);
  }

  async open(file: string): Promise<OpenFile> {
    const { offset, size } = this.#place(file, 'open');
    const handle = await open(this.#archive, 'r');
    let at = 0;
    return {
      read: async (buffer, start, length, position) => {
        const from = Math.min(position ?? at, size);
        const { bytesRead } = await handle.read(buffer, start, Math.min(length, size - from), offset + from);
        at = from + bytesRead;
        return { bytesRead };
      },
      write: () => Promise.reject(this.#readOnly()),
      stat: () => Promise.resolve(statusOf(size)),
      sync: () => Promise.resolve(),
      close: () => handle.close(),
    };
  }

  lstat(file: string): Promise<FileStatus> {
    const below = this.#below(file);
    if (below === '' || [...this.#places.keys()].some((name) => name.startsWith(`${below}/`)))
      return Promise.resolve(folderStatus);
    return Promise.resolve().then(() => statusOf(this.#place(file, 'lstat').size));
  }

  readdir(folder: string): Promise<string[]> {
    const below = this.#below(folder);
    const start = below === '' ? '' : `${below}/`;
    const names = [...this.#places.keys()].filter((name) => name.startsWith(start));
    return Promise.resolve([...new Set(names.map((name) => name.slice(start.length).split('/')[0] ?? ''))]);
  }

  realpath(file: string): Promise<string> {
    return Promise.resolve(file);
  }

  rename(): Promise<void> {
    return Promise.reject(this.#readOnly());
  }

  link(): Promise<void> {
    return Promise.reject(this.#readOnly());
  }

  unlink(): Promise<void> {
    return Promise.reject(this.#readOnly());
  }

  mkdir(): Promise<unknown> {
    return Promise.reject(this.#readOnly());
  }

  rm(): Promise<void> {
    return Promise.reject(this.#readOnly());
  }

  #below(file: string): string {
    return path.relative(this.#archive, file).split(path.sep).join('/');
  }

  #place(file: string, syscall: string): Place {
    const place = this.#places.get(this.#below(file));
    if (place !== undefined) return place;
    throw Object.assign(new Error(`ENOENT: ${file}`), { code: 'ENOENT', syscall });
  }

  #readOnly(): Failure {
    return new Failure(
      'path-refused',
      `${this.#archive} is an archive, and this command writes into the bundle`,
      { hint: `Unpack it with \`lockkeeper bundle verify ${this.#archive} --out DIR\`, and name DIR.` },
    );
  }
}

const folderStatus: FileStatus = { size: 0, nlink: 1, isFile: () => false, isDirectory: () => true };

function statusOf(size: number): FileStatus {
  return { size, nlink: 1, isFile: () => true, isDirectory: () => false };
}
