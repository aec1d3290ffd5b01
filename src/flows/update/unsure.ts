import { shortKey } from '../../model/short-key.ts';
import { nameKey } from './branch.ts';
import type { ForgeGround } from './forge-ground.ts';
import { silentNames } from './silent-names.ts';
import type { AssessedUpdate } from './update.ts';

/** Whether something is on the branch, or searched among, whose name a registry told nothing of in this run. */
export function isUnsure({ standing, marker }: ForgeGround, { plan }: AssessedUpdate): boolean {
  if (standing.kind !== 'ours') return false;
  const isSilent = silentNames(plan.plan).some((name) => standing.names.includes(nameKey(name)));
  const known = new Set(plan.units.map(({ key }) => shortKey(key)));
  const on = standing.units ?? [];
  return isSilent && [...on, ...(marker?.search?.units ?? [])].some((key) => !known.has(key));
}
