import { limits } from '../../base/limits.ts';
import { keptNames } from '../../model/check-names.ts';
import type { UpdateMarker } from '../../model/update-marker.ts';
import type { AppliedRound } from './apply-round.ts';
import type { ForgeGround } from './forge-ground.ts';
import type { Standing } from './look.ts';

interface Noting {
  readonly ground: ForgeGround;
  readonly applied: AppliedRound;
  /** Of the branch before this step. */
  readonly look: Standing | undefined;
}

/** What a search leaves for later runs. */
export function roundNotes(noting: Noting): Pick<UpdateMarker, 'apart' | 'baseFails' | 'search'> {
  const { applied, ground } = noting;
  const { apart = [], baseFails } = ground.marker ?? {};
  return {
    apart: [...new Set([...applied.apart, ...apart])].slice(0, limits.apartKeysMax),
    baseFails: baseFailures(noting) ?? baseFails,
    search: applied.search,
  };
}

/** All moves go in again upon today's base: what has just failed without any of them fails there, too. */
function baseFailures({ ground, applied, look }: Noting): UpdateMarker['baseFails'] {
  if (!applied.baseIsBad || look === undefined || look.units.length > 0) return undefined;
  const { failed, failedOnBase } = look.checks;
  const { unclear } = look.checks;
  const names = [...failed, ...unclear, ...failedOnBase].map(({ name }) => name);
  return { on: ground.base, failed: keptNames(names, limits.baseFailingMax), names: [...new Set(names)] };
}
