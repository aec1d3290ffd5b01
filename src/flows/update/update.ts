import { isFailure } from '../../base/failure.ts';
import type { BranchName } from '../../model/branch-name.ts';
import type { CommitId } from '../../model/commit.ts';
import { isHeld, isOnName, type Hold } from '../../model/hold.ts';
import { hostPaths } from '../../model/host-paths.ts';
import { unitKey, type MoveUnit } from '../../model/move.ts';
import type { Platform } from '../../model/platform.ts';
import { shortKey, type ShortKey } from '../../model/short-key.ts';
import type { GitRepositories, GitRepository } from '../../ports/git.ts';
import type { Reach } from '../examine-images.ts';
import { requireInside, type Listed } from '../listed.ts';
import type { Watching } from '../tools.ts';
import { openBase, type UpdateBase } from './base.ts';
import { culpritHolds, holdsOnBranch, withHolds } from './holds.ts';
import { planUpdate, type UpdatePlan } from './plan-update.ts';
import { proposalOf, type Proposal } from './proposal.ts';
import { proposeUnits, type ProposeTools } from './propose.ts';
import { heldNames } from './report-of.ts';
import { silentNames } from './silent-names.ts';
import { goesIn, type ReportedUnit } from './report.ts';

export interface UpdateOrder {
  /** The folder to look at; absolute. */
  readonly directory: string;
  /** What `--config` names; absolute. Undefined: the nearest one of the base. */
  readonly config: string | undefined;
  /** Globs over names; empty: all. */
  readonly only: readonly string[];
  /** Absolute; undefined: the one that lockkeeper.yaml names, if it names one. */
  readonly ledger: string | undefined;
  /** Say what would be done, and write nothing. */
  readonly dryRun: boolean;
  /** How far images are compared for the report; `none`: they are not. */
  readonly reach: Reach | 'none';
  /** The platform of this machine. */
  readonly host: Platform;
  /** Where bundles may lie for a while; absolute. */
  readonly scratch: string;
  readonly madeBy: string;
  /** Undefined: the repository is the person's own, and is updated by itself. */
  readonly listed?: Listed | undefined;
}

export interface UpdateTools extends ProposeTools {
  readonly git: GitRepositories;
}

/** Where an update works: a repository and one commit of it, or a plain folder. */
export interface UpdateGround {
  readonly repository: GitRepository | undefined;
  readonly commit: CommitId | undefined;
  readonly branch: BranchName | undefined;
  /** Our branch, where all that is on it is ours: what it holds back stays so. */
  readonly ours: OurBranch | undefined;
  /** Units that stay out, and why. */
  readonly leftOut: ReadonlyMap<ShortKey, string>;
}

export interface OurBranch {
  readonly tip: CommitId;
  /** Units that it says it moves upon exactly this base. Its trailer can be forged: it brings no verdict. */
  readonly units: readonly ShortKey[];
}

/** What was planned and tried. Nothing is written but the ledger. */
export interface AssessedUpdate {
  readonly base: UpdateBase;
  readonly plan: UpdatePlan;
  /** Those of the plan, in its order. */
  readonly units: readonly ReportedUnit[];
  /** Holds that our branch has and the base does not, and that still hold something back, as far as registries tell. */
  readonly kept: readonly Hold[];
}

/** What is checked out, without what is not committed yet; a folder outside of git is as it is. */
export async function localGround(
  directory: string,
  { git }: Pick<UpdateTools, 'git'>,
): Promise<UpdateGround> {
  const rest = { ours: undefined, leftOut: new Map<ShortKey, string>() };
  const nothing = { repository: undefined, commit: undefined, branch: undefined, ...rest };
  try {
    const repository = await git.open(directory);
    const commit = await repository.resolve('HEAD');
    // Before the first commit there is nothing but the folder.
    if (commit === undefined) return nothing;
    return { repository, commit, branch: await repository.currentBranch(), ...rest };
  } catch (error) {
    if (isFailure(error, 'path-refused')) return nothing;
    throw error;
  }
}

/** Plans upon a ground, compares the images of what moves, and tries those that suites guard. */
export async function assessUpdate(
  ground: UpdateGround,
  order: UpdateOrder,
  tools: UpdateTools,
  watching: Watching,
): Promise<AssessedUpdate> {
  const base = await openBase({ ...order, commit: ground.commit }, tools);
  const { repository, ours } = ground;
  if (order.listed !== undefined && base.config !== undefined) {
    const { config } = base.config;
    await requireInside(hostPaths(config), repository?.root ?? config.directory, config, tools.configFiles);
  }
  const today = tools.clock.now();
  const now = today.toISOString();
  const ends = { now: holdEnd(today), latest: dayAfter(today, holdDays + 2) };
  const pending =
    repository === undefined || ours === undefined
      ? []
      : await holdsOnBranch(repository, ours.tip, { base: base.config, now, ends });
  const plan = await planUpdate(base, { ...order, holds: pending }, tools, watching);
  const biting = new Set(heldNames(plan.plan).map(({ hold }) => hold));
  const silent = silentNames(plan.plan);
  return {
    base,
    plan,
    units: await tryUnits(ground, plan, { order, tools, watching }),
    kept: pending.filter(
      (hold) => biting.has(hold) || (isHeld(hold, now) && silent.some((name) => isOnName(hold, name))),
    ),
  };
}

interface Trying {
  readonly order: UpdateOrder;
  readonly tools: UpdateTools;
  readonly watching: Watching;
}

async function tryUnits(
  { repository, ours, leftOut }: UpdateGround,
  plan: UpdatePlan,
  { order, tools, watching }: Trying,
): Promise<readonly ReportedUnit[]> {
  const now = tools.clock.now();
  const { reach, host, scratch, dryRun, listed } = order;
  const tried = await proposeUnits(
    plan,
    plan.units.filter((unit) => whyLeftOut(unit, leftOut) === undefined),
    {
      reach,
      host,
      scratch,
      dryRun,
      listed,
      root: repository?.root,
      now: now.toISOString(),
      holdUntil: holdEnd(now),
      onBranch: ours?.units ?? [],
    },
    { tools, watching },
  );
  const byKey = new Map(tried.map((unit) => [unit.key, unit]));
  return plan.units.map((unit) => byKey.get(unit.key) ?? waitingUnit(unit, leftOut));
}

/** One move that was left out by itself keeps out a unit that it has joined since. */
function whyLeftOut({ key, moves }: MoveUnit, leftOut: ReadonlyMap<ShortKey, string>): string | undefined {
  return [key, ...moves.map((move) => unitKey([move]))].flatMap(
    (each) => leftOut.get(shortKey(each)) ?? [],
  )[0];
}

function waitingUnit(unit: MoveUnit, leftOut: ReadonlyMap<ShortKey, string>): ReportedUnit {
  const change = { kind: 'not compared', why: 'it stays out' } as const;
  const why = whyLeftOut(unit, leftOut) ?? '';
  return {
    key: unit.key,
    moves: unit.moves.map((move) => ({ ...move, change, verdicts: [] })),
    state: { kind: 'left out', why },
  };
}

/** The last day of the hold that a culprit gets. */
export function holdEnd(now: Date): string {
  return dayAfter(now, holdDays);
}

// As long as it takes that somebody looks: two weeks and their week-ends.
const holdDays = 16;

function dayAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * 24 * 3600_000).toISOString().slice(0, 10);
}

/** The commit that moves what goes in, with the holds of what does not. */
export function proposed(
  { base, plan, units: assessed, kept }: AssessedUpdate,
  units: readonly ReportedUnit[],
): Promise<Proposal> {
  const thatGo = (of: readonly ReportedUnit[]): readonly MoveUnit[] => {
    const going = new Set(of.filter(goesIn).map(({ key }) => key));
    return plan.units.filter(({ key }) => going.has(key));
  };
  const holds = withHolds(base.config, [...kept, ...culpritHolds(units)]);
  return proposalOf(plan, { units: thatGo(units), among: thatGo(assessed) }, holds);
}
