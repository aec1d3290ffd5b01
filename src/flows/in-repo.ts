import type { FleetRepo } from '../model/fleet.ts';
import type { Clones } from '../ports/clones.ts';

export interface RepoFetching {
  readonly clones: Clones;
  /** With its history; the newest commit alone otherwise. */
  readonly whole?: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Uses the files of a repository, which are fetched where they are elsewhere, and gone afterwards. @throws Failure as {@link Clones} */
export async function inRepo<T>(
  { place }: Pick<FleetRepo, 'place'>,
  use: (folder: string) => Promise<T>,
  { clones, whole = false, signal }: RepoFetching,
): Promise<T> {
  if (place.kind === 'folder') return use(place.path);
  await using clone = await clones.make({ url: place.url, branch: place.branch, whole }, signal);
  return await use(clone.folder);
}
