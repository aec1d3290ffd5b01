import type { FleetRepo } from '../model/fleet.ts';
import type { UpdateSettings } from '../model/update-settings.ts';
import type { ConfigFiles } from '../ports/config-file.ts';
import { updateSettings } from './update/settings.ts';

/**
 * Where changes of a repository go. Of one that the list names by its URL, that URL and its branch are what counts: the
 * repository itself cannot send us elsewhere.
 */
export async function fleetSettings(
  directory: string,
  { place }: Pick<FleetRepo, 'place'>,
  tools: { readonly configFiles: ConfigFiles },
): Promise<UpdateSettings> {
  const { settings } = await updateSettings({ directory, config: undefined }, tools);
  if (place.kind === 'folder') return settings;
  return { ...settings, remote: 'origin', base: place.branch ?? settings.base };
}
