import path from 'node:path';
import { defaultUpdateSettings } from '../../model/config-update.ts';
import type { UpdateSettings } from '../../model/update-settings.ts';
import type { ConfigFiles } from '../../ports/config-file.ts';
import { loadDraft } from '../load-config.ts';

export interface PlacedSettings {
  readonly settings: UpdateSettings;
  /** That of lockkeeper.yaml, in which programs of outer loops are started; without one the folder that is looked at. Absolute. */
  readonly folder: string;
}

/**
 * Where updates go, by the lockkeeper.yaml of the work tree: whoever starts the program chose that. All else of an update
 * follows the config of the base's own commit.
 * @throws Failure `config-*`
 */
export async function updateSettings(
  { directory, config }: { readonly directory: string; readonly config: string | undefined },
  { configFiles }: { readonly configFiles: ConfigFiles },
): Promise<PlacedSettings> {
  const file = config ?? (await configFiles.find(directory));
  if (file === undefined) return { settings: defaultUpdateSettings, folder: directory };
  const folder = path.dirname(file);
  const { update } = await loadDraft(configFiles, { cwd: folder, file });
  return { settings: update, folder };
}
