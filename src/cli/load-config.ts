import path from 'node:path';
import { Failure } from '../base/failure.ts';
import { configFileName, readConfig } from '../model/config.ts';
import type { Config } from '../model/definition.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import type { CommandInput, Context } from './command.ts';

/** The config that `--config` names, else the nearest one. @throws Failure `config-*` */
export async function loadConfig(input: CommandInput, context: Context, files: ConfigFiles): Promise<Config> {
  const named = input.value('--config');
  const file = named === undefined ? await files.find(context.cwd) : path.resolve(context.cwd, named);
  if (file === undefined) {
    throw new Failure('config-missing', `there is no ${configFileName} in ${context.cwd}, nor above it in this repository`, {
      hint: 'Run `lockkeeper init` to have one written, or name one with --config.',
    });
  }
  return readConfig(await files.read(file), shorter(file, context.cwd), path.dirname(file));
}

/** As a person would write it from where they stand. */
function shorter(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.length < file.length ? relative : file;
}
