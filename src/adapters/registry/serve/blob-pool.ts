import path from 'node:path';
import { Failure, systemErrorCode, translateSystemError } from '../../../base/failure.ts';
import { digestAlgorithm, digestHex, type Digest } from '../../../model/digest.ts';
import { isTemporary, type Files } from '../files.ts';
import type { LayoutFolder } from '../layout-folder.ts';
import { Mutex } from '../mutex.ts';
import type { BlobPlace } from './blob-place.ts';

const algorithms = ['sha256', 'sha512'] as const;

/**
 * All blobs of a registry, each once. A repository holds a blob by a name of its own for the same file (a hard link), so
 * that its folder is a whole OCI layout, and a blob that the last repository gave up has one name left.
 */
export class BlobPool {
  readonly #files: Files;
  readonly #blobs: string;
  readonly #uploads: string;
  /** A blob must not lose its last name between being found and getting one more. */
  readonly #mutex = new Mutex();

  constructor(root: string, files: Files) {
    this.#files = files;
    this.#blobs = path.join(root, 'blobs');
    this.#uploads = path.join(root, 'uploads');
  }

  /** Makes the folders, and takes away what a process that was killed left: half uploads, and blobs of nobody. */
  async prepare(): Promise<void> {
    await this.#files.makeFolder(this.#uploads);
    for (const name of await this.#files.list(this.#uploads))
      await this.#files.removeIfThere(path.join(this.#uploads, name));
    for (const algorithm of algorithms) {
      const folder = path.join(this.#blobs, algorithm);
      await this.#files.makeFolder(folder);
      for (const name of await this.#files.list(folder)) {
        if (isTemporary(name)) await this.#files.removeIfThere(path.join(folder, name));
        else await this.#removeIfNobodys(path.join(folder, name));
      }
    }
  }

  /** The pool as one repository sees it; `neighbour` finds the others. */
  placeOf(folder: LayoutFolder, neighbour: (repository: string) => LayoutFolder): BlobPlace {
    return {
      temporary: () => this.#files.nameBeside(path.join(this.#uploads, 'blob')),
      adopt: (temporary, digest) =>
        this.#mutex.run(async () => {
          await this.#enter(temporary, digest);
          await this.#linkInto(folder, digest);
        }),
      mount: (digest, from) =>
        this.#mutex.run(async () => {
          const source = from === undefined ? this.#pathOf(digest) : neighbour(from).blobPath(digest);
          if ((await this.#files.statusOf(source)) === undefined) return false;
          await this.#linkInto(folder, digest);
          return true;
        }),
      remove: (digest) =>
        this.#mutex.run(async () => {
          if ((await folder.sizeOf(digest)) === undefined) return false;
          await this.#files.remove(folder.blobPath(digest));
          await this.#removeIfNobodys(this.#pathOf(digest));
          return true;
        }),
    };
  }

  async #enter(temporary: string, digest: Digest): Promise<void> {
    const target = this.#pathOf(digest);
    if ((await this.#files.statusOf(target)) === undefined) await this.#files.rename(temporary, target);
    else await this.#files.removeIfThere(temporary);
  }

  async #linkInto(folder: LayoutFolder, digest: Digest): Promise<void> {
    const own = folder.blobPath(digest);
    await this.#files.makeFolder(path.dirname(own));
    try {
      await this.#files.link(this.#pathOf(digest), own);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'EEXIST') return;
      throw code === 'EPERM' || code === 'ENOTSUP' ? noLinks(own, error) : translateSystemError(error, own);
    }
  }

  async #removeIfNobodys(blob: string): Promise<void> {
    if ((await this.#files.statusOf(blob))?.nlink === 1) await this.#files.removeIfThere(blob);
  }

  #pathOf(digest: Digest): string {
    return path.join(this.#blobs, digestAlgorithm(digest), digestHex(digest));
  }
}

function noLinks(target: string, cause: unknown): Failure {
  return new Failure('file-denied', `${target}: this file system gives a file no second name (hard link)`, {
    hint: 'Keep the registry on a file system that has hard links.',
    cause,
  });
}
