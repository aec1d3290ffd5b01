import { isFailure } from '../../base/failure.ts';
import type { BranchName } from '../../model/branch-name.ts';
import type { CommitId } from '../../model/commit.ts';
import type { Platform } from '../../model/platform.ts';
import type { GitRepositories, GitRepository } from '../../ports/git.ts';
import type { Reach } from '../examine-images.ts';
import type { Watching } from '../tools.ts';
import { openBase, type UpdateBase } from './base.ts';
import { culpritHolds, holdsOnBranch, withHolds } from './holds.ts';
import { planUpdate, type UpdatePlan } from './plan-update.ts';
import { proposalOf, type Proposal } from './proposal.ts';
import { proposeUnits, type ProposeTools } from './propose.ts';
import { heldNames, reportOf } from './report-of.ts';
import { goesIn, type ReportedUnit, type UpdateReport } from './report.ts';

export interface UpdateOrder {
  /** The folder to look at; absolute. */
  readonly directory: string;
  /** What `--config` names; absolute. Undefined: the nearest one of the base. */
  readonly config: string | undefined;
  /** Globs over names; empty: all. */
  readonly only: readonly string[];
  /** Absolute; undefined: the one that lockkeeper.yaml names, if it names one. */
  readonly ledger: string | undefined;
  /** How far images are compared for the report; `none`: they are not. */
  readonly reach: Reach | 'none';
  /** The platform of this machine. */
  readonly host: Platform;
  /** Where bundles may lie for a while; absolute. */
  readonly scratch: string;
  readonly madeBy: string;
}

export interface UpdateTools extends ProposeTools {
  readonly git: GitRepositories;
}

/** What was planned, tried and decided; nothing is written yet. */
export interface DecidedUpdate {
  readonly plan: UpdatePlan;
  readonly report: UpdateReport;
  readonly proposal: Proposal;
}

/** Where an update works: a repository and one commit of it, or a plain folder. */
export interface UpdateGround {
  readonly repository: GitRepository | undefined;
  readonly commit: CommitId | undefined;
  readonly branch: BranchName | undefined;
  /** Of our branch, where all that is on it is ours: what it holds back stays so. */
  readonly tip: CommitId | undefined;
}

/** What is checked out, without what is not committed yet; a folder outside of git is as it is. */
export async function localGround(
  directory: string,
  { git }: Pick<UpdateTools, 'git'>,
): Promise<UpdateGround> {
  const nothing = { repository: undefined, commit: undefined, branch: undefined, tip: undefined };
  try {
    const repository = await git.open(directory);
    const commit = await repository.resolve('HEAD');
    // Before the first commit there is nothing but the folder.
    if (commit === undefined) return nothing;
    return { repository, commit, branch: await repository.currentBranch(), tip: undefined };
  } catch (error) {
    if (isFailure(error, 'path-refused')) return nothing;
    throw error;
  }
}

/** Plans upon a ground, tries what suites guard, and decides what goes in. Nothing is written but the ledger. */
export async function decideUpdate(
  ground: UpdateGround,
  order: UpdateOrder,
  tools: UpdateTools,
  watching: Watching,
): Promise<DecidedUpdate> {
  const base = await openBase({ ...order, commit: ground.commit }, tools);
  const { repository, tip } = ground;
  const pending =
    repository === undefined || tip === undefined ? [] : await holdsOnBranch(repository, tip, base.config);
  const plan = await planUpdate(base, { ...order, holds: pending }, tools, watching);
  const units = await tryUnits({ ground, base, plan }, order, tools, watching);
  const biting = new Set(heldNames(plan.plan).map(({ hold }) => hold));
  const kept = pending.filter((hold) => biting.has(hold));
  const holds = withHolds(base.config, [...kept, ...culpritHolds(units)]);
  const going = new Set(units.filter(goesIn).map(({ key }) => key));
  const proposal = await proposalOf(
    plan,
    plan.units.filter(({ key }) => going.has(key)),
    holds,
  );
  return { plan, proposal, report: reportOf({ ground, plan, units }, order, tools.clock.now()) };
}

interface Trying {
  readonly ground: UpdateGround;
  readonly base: UpdateBase;
  readonly plan: UpdatePlan;
}

function tryUnits(
  { ground, plan }: Trying,
  { reach, host, scratch }: UpdateOrder,
  tools: UpdateTools,
  watching: Watching,
): Promise<readonly ReportedUnit[]> {
  const now = tools.clock.now();
  const order = {
    reach,
    host,
    scratch,
    root: ground.repository?.root,
    now: now.toISOString(),
    holdUntil: dayAfter(now, holdDays),
  };
  return proposeUnits(plan, plan.units, order, { tools, watching });
}

// As long as it takes that somebody looks: two weeks and their week-ends.
const holdDays = 16;

function dayAfter(now: Date, days: number): string {
  return new Date(now.getTime() + days * 24 * 3600_000).toISOString().slice(0, 10);
}
