import path from 'node:path';
import { pid } from 'node:process';
import type { HostedRegistry, HostedRepository } from '../../../ports/hosted-registry.ts';
import type { HostedLayouts, HostLayoutOrder } from '../../../ports/registry-server.ts';
import { Files, machineFiles, type FileSystem } from '../files.ts';
import { LayoutFolder } from '../layout-folder.ts';
import { Mutex } from '../mutex.ts';
import { TarFiles } from '../tar-files.ts';
import type { BlobPlace } from './blob-place.ts';
import { layoutNames } from './layout-names.ts';
import { StoredRepository } from './stored-repository.ts';

/** Layouts in directories and archives of this machine as registries. */
export class HostedFileLayouts implements HostedLayouts {
  readonly #fs: FileSystem;

  constructor(fs: FileSystem = machineFiles) {
    this.#fs = fs;
  }

  async open(order: HostLayoutOrder): Promise<HostedRegistry> {
    const files = new Files(this.#fs, pid);
    const isArchive = (await files.statusOf(order.path))?.isFile() === true;
    return new LayoutRegistry(order, isArchive ? new Files(await TarFiles.read(order.path), pid) : files);
  }
}

export const hostedLayouts: HostedLayouts = new HostedFileLayouts();

class LayoutRegistry implements HostedRegistry {
  readonly #order: HostLayoutOrder;
  readonly #folder: LayoutFolder;
  readonly #place: BlobPlace;
  readonly #mutex = new Mutex();

  constructor(order: HostLayoutOrder, files: Files) {
    this.#order = order;
    this.#folder = new LayoutFolder(order.path, files);
    this.#place = placeIn(this.#folder);
  }

  get isReadOnly(): boolean {
    return this.#order.onChange === undefined;
  }

  open(repository: string): HostedRepository {
    return new StoredRepository({
      folder: this.#folder,
      place: this.#place,
      elsewhere: this.#order.elsewhere,
      names: layoutNames(repository),
      isKeptWhole: true,
      mutex: this.#mutex,
      make: () => Promise.resolve(),
      onChange: () => this.#order.onChange?.() ?? Promise.resolve(),
    });
  }
}

/** One layout has its blobs for itself; every repository of it has all of them, so that there is nothing to mount. */
function placeIn(folder: LayoutFolder): BlobPlace {
  const { files } = folder;
  return {
    temporary: () => files.nameBeside(path.join(folder.path, 'upload')),
    async adopt(temporary, digest) {
      const target = folder.blobPath(digest);
      await files.makeFolder(path.dirname(target));
      await files.rename(temporary, target);
    },
    mount: () => Promise.resolve(false),
    async remove(digest) {
      if ((await folder.sizeOf(digest)) === undefined) return false;
      await files.remove(folder.blobPath(digest));
      return true;
    },
  };
}
