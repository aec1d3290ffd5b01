import { limits } from '../../base/limits.ts';
import { isOwnCheck, type Check } from '../../model/check.ts';
import { noCheckNames } from '../../model/check-names.ts';
import type { CommitId } from '../../model/commit.ts';
import type { ForgeId } from '../../model/forge-id.ts';
import { sameKeys, shortKey, type ShortKey } from '../../model/short-key.ts';
import { readMarker, type BaseFailures, type UpdateMarker } from '../../model/update-marker.ts';
import type { UpdateSettings } from '../../model/update-settings.ts';
import type { Clock } from '../../base/clock.ts';
import type { Forge } from '../../ports/forge.ts';
import type { OuterLoops } from '../../ports/outer-loops.ts';
import { unsureSentence } from './apply-round.ts';
import type { BranchStanding } from './branch.ts';
import { compareChecks, type CheckStanding } from './compare-checks.ts';
import type { ForgeGround } from './forge-ground.ts';
import { asChecks, outerRuns, type OuterStanding } from './outer-runs.ts';
import { isAsProposed } from './put-branch.ts';
import type { ReportedUnit } from './report.ts';
import { proposed, type AssessedUpdate } from './update.ts';

/** Units that people have closed a pull request with: not these digests, until they move on. */
export function declinedUnits({ pulls, marker }: Pick<ForgeGround, 'pulls' | 'marker'>): readonly ShortKey[] {
  const { ended } = pulls;
  const last = ended === undefined ? undefined : readMarker(ended.body);
  const closed = ended?.state === 'closed' && last !== undefined ? (last.search?.units ?? last.units) : [];
  return [...new Set([...closed, ...(last?.declined ?? []), ...(marker?.declined ?? [])])];
}

/** Why units stay out that a plan would move. */
export function leftOutUnits(ground: ForgeGround): ReadonlyMap<ShortKey, string> {
  const declined = 'A pull request with this digest was closed: it waits until the tag moves on.';
  return new Map([
    ...(ground.marker?.apart ?? []).map((key) => [key, unsureSentence] as const),
    ...declinedUnits(ground).map((key) => [key, declined] as const),
  ]);
}

/** The branch as it stands, where it still says what it would say if it were made today. */
export interface Standing {
  readonly units: readonly ShortKey[];
  readonly checks: CheckStanding;
  readonly outer: readonly OuterStanding[];
}

export interface LookTools {
  readonly clock: Clock;
  readonly forge: Forge;
  readonly outerLoops: OuterLoops;
}

/** What checks and outer loops say of the branch; undefined: it has to be made anew first. */
export async function lookAtBranch(
  ground: ForgeGround,
  assessed: AssessedUpdate,
  settings: Pick<UpdateSettings, 'outerLoops'>,
  { forge, outerLoops, clock }: LookTools,
): Promise<Standing | undefined> {
  const { standing, branch, pulls, marker } = ground;
  if (standing.kind !== 'ours' || standing.units === undefined || pulls.open === undefined) return undefined;
  const on = standing.units;
  const asOnBranch = assessed.units.map((unit): ReportedUnit =>
    unit.state.kind !== 'goes in' || on.includes(shortKey(unit.key))
      ? unit
      : { ...unit, state: { kind: 'left out', why: '' } },
  );
  if (!isAsProposed(standing, await proposed(assessed, asOnBranch))) return undefined;
  const target = { branch, commit: standing.tip, pullRequest: pulls.open.id };
  const outer = await outerRuns(
    { loops: settings.outerLoops, target, noted: marker?.outer ?? [] },
    outerLoops,
  );
  return { units: on, checks: await checksOf(ground, standing, { outer, forge, now: clock.now() }), outer };
}

/** What a branch of ours holds that has to be made anew, where its checks fail; empty otherwise. */
export async function failedBefore(
  ground: ForgeGround,
  { forge, clock }: Pick<LookTools, 'forge' | 'clock'>,
): Promise<readonly ShortKey[]> {
  const { standing, pulls } = ground;
  if (standing.kind !== 'ours' || standing.units === undefined || pulls.open === undefined) return [];
  const { answer } = await checksOf(ground, standing, { outer: [], forge, now: clock.now() });
  return answer === 'bad' ? standing.units : [];
}

async function checksOf(
  { base, baseBranch, marker, pulls }: ForgeGround,
  { tip, parent, units, madeAt }: Extract<BranchStanding, { readonly kind: 'ours' }>,
  {
    outer,
    forge,
    now,
  }: { readonly outer: readonly OuterStanding[]; readonly forge: Forge; readonly now: Date },
): Promise<CheckStanding> {
  const upon = parent ?? base;
  const required = await forge.requiredChecks(baseBranch);
  const others = async (commit: string, head?: ForgeId): Promise<readonly Check[]> =>
    (await forge.checks(commit, head)).filter((check) => !isOwnCheck(check));
  return compareChecks({
    branch: await others(tip, pulls.open?.id),
    outer: asChecks(outer),
    base: await others(upon),
    required,
    baseFails: failingUpon(marker, upon)?.failed ?? noCheckNames,
    search: marker?.search && {
      failing: marker.search.failing,
      isPart: !sameKeys(units ?? [], marker.search.units),
      isOverdue: madeAt !== undefined && now.getTime() - Date.parse(madeAt) > limits.checkSilenceMs,
    },
  });
}

/** Checks that were seen to fail upon this base without any move; undefined: nobody has looked. */
export function failingUpon(marker: UpdateMarker | undefined, base: CommitId): BaseFailures | undefined {
  return marker?.baseFails?.on === base ? marker.baseFails : undefined;
}
