import path from 'node:path';
import { defaultUpdateSettings } from '../../model/config-update.ts';
import type { UpdateSettings } from '../../model/update-settings.ts';
import type { ConfigFiles } from '../../ports/config-file.ts';
import { loadDraft } from '../load-config.ts';

/**
 * Where updates go, by the lockkeeper.yaml of the work tree: whoever starts the program chose that. All else of an update
 * follows the config of the base's own commit.
 * @throws Failure `config-*`
 */
export async function updateSettings(
  { directory, config }: { readonly directory: string; readonly config: string | undefined },
  { configFiles }: { readonly configFiles: ConfigFiles },
): Promise<UpdateSettings> {
  const file = config ?? (await configFiles.find(directory));
  if (file === undefined) return defaultUpdateSettings;
  return (await loadDraft(configFiles, { cwd: path.dirname(file), file })).update;
}
