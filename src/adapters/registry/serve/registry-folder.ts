import path from 'node:path';
import { pid } from 'node:process';
import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { systemProcesses } from '../../../base/process-table.ts';
import { streamOf } from '../../../base/stream.ts';
import {
  nothingElsewhere,
  type HostedRegistry,
  type HostedRepository,
} from '../../../ports/hosted-registry.ts';
import type { RegistryFolders } from '../../../ports/registry-server.ts';
import { Files, isTemporary, machineFiles, type FileSystem } from '../files.ts';
import { LayoutFolder, layoutVersion, versionName } from '../layout-folder.ts';
import { holdingLock } from '../lock.ts';
import { Mutex } from '../mutex.ts';
import { BlobPool } from './blob-pool.ts';
import { plainNames, StoredRepository } from './stored-repository.ts';

// What makes a folder a registry: that nobody mistakes another one for it.
const markName = 'lockkeeper-registry';
const mark = '1\n';
const repositoriesName = 'repositories';

/**
 * Registries in folders. `repositories/team+ci` is the OCI layout of the repository `team/ci`: no name holds a `+`, so no
 * two names meet. Its blobs are the files of `blobs/`, by a second name.
 */
export class FileRegistryFolders implements RegistryFolders {
  readonly #files: Files;

  constructor(fs: FileSystem = machineFiles) {
    this.#files = new Files(fs, pid);
  }

  async hold<T>(folder: string, work: (registry: HostedRegistry) => Promise<T>): Promise<T> {
    await this.#files.makeFolder(folder);
    await this.#mark(folder);
    return holdingLock(folder, { files: this.#files, ...(await systemProcesses()) }, async () => {
      const registry = new StoredRegistry(folder, this.#files);
      await registry.prepare();
      return work(registry);
    });
  }

  async #mark(folder: string): Promise<void> {
    const strangers = (await this.#files.list(folder)).filter((name) => !isTemporary(name));
    if (strangers.includes(markName)) return;
    if (strangers.length === 0)
      return this.#files.replace(path.join(folder, markName), streamOf([Buffer.from(mark)]));
    throw new Failure(
      'output-exists',
      `${folder} holds something that is no registry: ${strangers.slice(0, 3).join(', ')}`,
      { hint: 'Name an empty or new folder, or one that `lockkeeper serve-registry` made.' },
    );
  }
}

class StoredRegistry implements HostedRegistry {
  readonly isReadOnly = false;
  readonly #root: string;
  readonly #files: Files;
  readonly #pool: BlobPool;
  readonly #making = new Mutex();
  /** For all repositories: one for each name would let strangers fill the memory with names. */
  readonly #mutex = new Mutex();

  constructor(root: string, files: Files) {
    this.#root = root;
    this.#files = files;
    this.#pool = new BlobPool(root, files);
  }

  async prepare(): Promise<void> {
    await this.#pool.prepare();
    const repositories = path.join(this.#root, repositoriesName);
    await this.#files.makeFolder(repositories);
    for (const name of await this.#files.list(repositories))
      await this.#files.removeLeftovers(path.join(repositories, name));
  }

  open(repository: string): HostedRepository {
    const folder = this.#folderOf(repository);
    return new StoredRepository({
      folder,
      place: this.#pool.placeOf(folder, (other) => this.#folderOf(other)),
      elsewhere: nothingElsewhere,
      names: plainNames,
      isKeptWhole: false,
      mutex: this.#mutex,
      make: () => this.#make(folder),
      onChange: () => Promise.resolve(),
    });
  }

  #folderOf(repository: string): LayoutFolder {
    const name = repository.replaceAll('/', '+');
    return new LayoutFolder(path.join(this.#root, repositoriesName, name), this.#files);
  }

  /** `index.json` last: without it, the repository is not there. */
  async #make(folder: LayoutFolder): Promise<void> {
    if ((await this.#files.statusOf(folder.indexPath)) !== undefined) return;
    await this.#making.run(async () => {
      if ((await this.#files.statusOf(folder.indexPath)) !== undefined) return;
      const all = await this.#files.list(path.dirname(folder.path));
      if (all.length >= limits.servedRepositoriesMax)
        throw new Failure(
          'registry-refused',
          `this registry holds ${limits.servedRepositoriesMax} repositories, and takes no more`,
        );
      await this.#files.makeFolder(folder.path);
      await this.#files.replace(path.join(folder.path, versionName), streamOf([Buffer.from(layoutVersion)]));
      await folder.putEntries([]);
    });
  }
}

export const registryFolders: RegistryFolders = new FileRegistryFolders();
