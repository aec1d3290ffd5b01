import path from 'node:path';
import { readConfig } from '../model/config.ts';
import type { Config } from '../model/definition.ts';
import { configFileName, configMissing, type ConfigFiles } from '../ports/config-file.ts';

export interface ConfigPlace {
  /** Where the person is; absolute. */
  readonly cwd: string;
  /** What `--config` names; undefined: the nearest one. */
  readonly file: string | undefined;
}

/**
 * Finds and reads lockkeeper.yaml.
 * @throws Failure `config-missing`, `config-syntax`, `config-invalid`, `path-refused`
 */
export async function loadConfig(files: ConfigFiles, { cwd, file }: ConfigPlace): Promise<Config> {
  const found = file === undefined ? await files.find(cwd) : path.resolve(cwd, file);
  if (found === undefined) throw configMissing(`${path.join(cwd, configFileName)} or above`);
  return readConfig(await files.read(found), shortest(cwd, found), path.dirname(found));
}

/** As a person in `cwd` would name it. */
function shortest(cwd: string, file: string): string {
  const relative = path.relative(cwd, file);
  return relative.length < file.length ? relative : file;
}
