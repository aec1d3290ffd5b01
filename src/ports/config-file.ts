import { Failure } from '../base/failure.ts';

/** The name of the file. */
export const configFileName = 'lockkeeper.yaml';

/** The file lockkeeper.yaml on disk: where it is looked for, and how it is read and written. */
export interface ConfigFiles {
  /**
   * The config that holds for a folder: in it, or in the nearest folder above, up to the root of the repository.
   * Outside of a repository only the folder itself is looked at: who may write above it is not known.
   * Undefined: there is none.
   */
  find(directory: string): Promise<string | undefined>;
  /** The text of a config. @throws Failure `config-missing`, `path-refused` (no regular file), `config-syntax` (too large, not UTF-8) */
  read(path: string): Promise<string>;
  /**
   * Where an absolute path leads when all links are followed. What is not there yet is taken by its name.
   * Undefined: behind a link that leads nowhere. @throws Failure `file-*`
   */
  leadsTo(path: string): Promise<string | undefined>;
  /** Writes a config, whole or not at all. @throws Failure `config-exists` unless it may be replaced */
  write(path: string, text: string, options: { readonly replace: boolean }): Promise<void>;
}

/** @param place a folder, in which and above which nothing was found */
export function configMissing(place: string): Failure {
  return new Failure('config-missing', `there is no ${configFileName} in ${place} or above`, {
    hint: 'Run `lockkeeper init` to write one that fits your repository, or name one with --config FILE.',
  });
}

/** A file that was named. */
export function namedFileMissing(file: string): Failure {
  return new Failure('config-missing', `there is no file ${file}`, {
    hint: 'Name one that is there, relative to the folder that you are in.',
  });
}

export function configExists(file: string): Failure {
  return new Failure('config-exists', `${file} is there already`, {
    hint: 'Give --dry-run to see what would be written, or --force to replace it.',
  });
}
