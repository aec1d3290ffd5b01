import path from 'node:path';
import type { Config } from '../model/definition.ts';
import { parseImageSource, type ImageSource } from '../model/image-source.ts';
import type { Wired } from '../wire/wired.ts';
import type { CommandInput, Context } from './command.ts';

/** An image as a person writes it; layouts by their absolute paths. @throws Failure as {@link parseImageSource} */
export function imageArgument(written: string, { cwd }: Context): ImageSource {
  const source = parseImageSource(written);
  return source.kind === 'layout' ? { ...source, path: path.resolve(cwd, source.path) } : source;
}

/** What the project says of noise and registries, where there is a project; images can be looked at anywhere. */
export async function projectConfig(
  { configFiles }: Pick<Wired, 'configFiles'>,
  input: CommandInput,
  { cwd }: Context,
): Promise<Config | undefined> {
  const file = input.value('--config');
  if (file === undefined && (await configFiles.find(cwd)) === undefined) return undefined;
  // Most questions about images are asked where there is no project: its reader is a fifth of what a command loads.
  const { loadDraft } = await import('../flows/load-config.ts');
  return loadDraft(configFiles, { cwd, file });
}
