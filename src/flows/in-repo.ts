import type { FleetRepo } from '../model/fleet.ts';
import type { Clones } from '../ports/clones.ts';

/** Uses the files of a repository, which are fetched where they are elsewhere, and gone afterwards. @throws Failure as {@link Clones} */
export async function inRepo<T>(
  { place }: Pick<FleetRepo, 'place'>,
  use: (folder: string) => Promise<T>,
  clones: Clones,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (place.kind === 'folder') return use(place.path);
  await using clone = await clones.make({ url: place.url, branch: place.branch }, signal);
  return await use(clone.folder);
}
