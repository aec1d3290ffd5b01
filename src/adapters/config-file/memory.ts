import path from 'node:path';
import { configExists, configFileName, namedFileMissing, type ConfigFiles } from '../../ports/config-file.ts';

/** Configs in memory; `repository` is the folder above which none is looked for. */
export class MemoryConfigFiles implements ConfigFiles {
  readonly files: Map<string, string>;
  readonly #repository: string;

  constructor(repository: string, files: Readonly<Record<string, string>> = {}) {
    this.#repository = repository;
    this.files = new Map(Object.entries(files));
  }

  find(directory: string): Promise<string | undefined> {
    for (let folder = directory; ; folder = path.dirname(folder)) {
      const file = path.join(folder, configFileName);
      if (this.files.has(file)) return Promise.resolve(file);
      if (folder === this.#repository || folder === path.dirname(folder)) return Promise.resolve(undefined);
    }
  }

  read(file: string): Promise<string> {
    const text = this.files.get(file);
    return text === undefined ? Promise.reject(namedFileMissing(file)) : Promise.resolve(text);
  }

  leadsTo(place: string): Promise<string> {
    return Promise.resolve(path.resolve(place));
  }

  write(file: string, text: string, { replace }: { readonly replace: boolean }): Promise<void> {
    if (!replace && this.files.has(file)) return Promise.reject(configExists(file));
    this.files.set(file, text);
    return Promise.resolve();
  }
}
