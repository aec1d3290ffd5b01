import { shortKey } from '../../model/short-key.ts';
import type { UpdateMarker } from '../../model/update-marker.ts';
import { nameKey, type BranchStanding } from './branch.ts';
import type { UpdatePlan } from './plan-update.ts';
import { silentNames } from './silent-names.ts';

/** What was proposed before. `marker`: what a pull request notes of it, where there is one. */
export interface ProposedBefore {
  readonly standing: BranchStanding;
  readonly marker: UpdateMarker | undefined;
}

/** Whether something is on the branch, or searched among, whose name a registry told nothing of in this run. */
export function isUnsure({ standing, marker }: ProposedBefore, { plan, units }: UpdatePlan): boolean {
  if (standing.kind !== 'ours') return false;
  const isSilent = silentNames(plan).some((name) => standing.names.includes(nameKey(name)));
  const known = new Set(units.map(({ key }) => shortKey(key)));
  const on = standing.units ?? [];
  return isSilent && [...on, ...(marker?.search?.units ?? [])].some((key) => !known.has(key));
}
