import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { readConfig } from '../model/config.ts';
import { refusePlaceholders } from '../model/config-placeholder.ts';
import type { Config } from '../model/definition.ts';
import { configMissing, type ConfigFiles } from '../ports/config-file.ts';

export interface ConfigPlace {
  /** Where the person is; absolute. */
  readonly cwd: string;
  /** What `--config` names; undefined: the nearest one. */
  readonly file: string | undefined;
}

/** {@link loadDraft}, for those who need images: there are some, and nothing is left to be replaced. */
export async function loadConfig(files: ConfigFiles, place: ConfigPlace): Promise<Config> {
  const config = await loadDraft(files, place);
  if (config.images.length === 0) {
    throw new Failure('config-invalid', 'it lacks images, the group of those that are gated', {
      where: { file: config.file, line: 1, column: 1 },
      hint: 'docs/reference/config.md describes every key; `lockkeeper init --force` writes a config that fits this repository.',
    });
  }
  refusePlaceholders(config);
  return config;
}

/**
 * Finds and reads lockkeeper.yaml, which may still hold what `init` wrote where it could not tell.
 * @throws Failure `config-missing`, `config-syntax`, `config-invalid`, `path-refused`
 */
export async function loadDraft(files: ConfigFiles, { cwd, file }: ConfigPlace): Promise<Config> {
  const found = file === undefined ? await files.find(cwd) : path.resolve(cwd, file);
  if (found === undefined) throw configMissing(cwd);
  return readConfig(await files.read(found), shortest(cwd, found), path.dirname(found));
}

/** As a person in `cwd` would name it. */
function shortest(cwd: string, file: string): string {
  const relative = path.relative(cwd, file);
  return relative.length < file.length ? relative : file;
}
