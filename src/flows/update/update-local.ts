import { Failure } from '../../base/failure.ts';
import type { BranchName } from '../../model/branch-name.ts';
import type { CommitId } from '../../model/commit.ts';
import type { PushAnswer } from '../../ports/git.ts';
import type { Watching } from '../tools.ts';
import { branchStanding, type BranchStanding } from './branch.ts';
import type { UpdatePlan } from './plan-update.ts';
import type { Proposal } from './proposal.ts';
import { putBranch, type BranchOutcome } from './put-branch.ts';
import { reportOf } from './report-of.ts';
import type { UpdateReport } from './report.ts';
import { isUnsure } from './unsure.ts';
import {
  assessUpdate,
  localGround,
  proposed,
  type OurBranch,
  type UpdateGround,
  type UpdateOrder,
  type UpdateTools,
} from './update.ts';

/** What an update came to. */
export interface UpdateResult {
  readonly plan: UpdatePlan;
  readonly report: UpdateReport;
  readonly proposal: Proposal;
  /** Undefined: nothing was to be written. */
  readonly outcome: BranchOutcome | undefined;
}

export interface LocalUpdateOrder extends UpdateOrder {
  /** Our branch. */
  readonly branch: BranchName;
}

/**
 * Updates upon what is checked out, and leaves the branch in this clone: nothing is fetched or pushed. Neither the work tree
 * nor the branch that is checked out changes.
 * @throws Failure `path-refused` outside of a repository, where a branch is wanted
 */
export async function updateLocally(
  order: LocalUpdateOrder,
  tools: UpdateTools,
  watching: Watching,
): Promise<UpdateResult> {
  const ground = await localGround(order.directory, tools);
  const { repository, commit: base } = ground;
  const isNowhere = repository === undefined || base === undefined;
  const nowhere = `${order.directory} lies in no git repository with a commit`;
  if (order.dryRun) {
    const { report, ...decided } = await decideUpdate(ground, order, tools, watching);
    const notices = isNowhere ? [`${nowhere}: without --dry-run it is refused.`] : [];
    return {
      ...decided,
      report: { ...report, notices: [...report.notices, ...notices] },
      outcome: undefined,
    };
  }
  if (isNowhere) {
    // A folder that git refuses to read, as that of another user, says so by itself.
    await tools.trees.open(order.directory);
    throw new Failure('path-refused', nowhere, {
      hint: 'Give --dry-run, or --dry-run --patch FILE for what would change.',
    });
  }
  const { branch } = order;
  const tip = await repository.resolve(`refs/heads/${branch}`);
  const standing = await branchStanding(repository, { tip, base });
  const decided = await decideUpdate({ ...ground, ours: oursOf(standing, base) }, order, tools, watching);
  if (isUnsure({ standing, marker: undefined }, decided.plan))
    return { ...decided, outcome: { kind: 'unsure' } };
  const outcome = await putBranch({
    repository,
    base,
    branch,
    standing,
    proposal: decided.proposal,
    evenEmpty: false,
    after: undefined,
    now: tools.clock.now(),
    move: async (move): Promise<PushAnswer> => {
      const answer = await repository.moveBranch(move);
      if (answer.kind !== 'checked-out') return answer;
      return { kind: 'refused', said: `it is checked out in ${answer.folder}` };
    },
  });
  return { ...decided, outcome };
}

/** What our branch says of itself, where nobody else wrote to it. */
export function oursOf(standing: BranchStanding, base: CommitId): OurBranch | undefined {
  if (standing.kind !== 'ours') return undefined;
  const { tip, parent, units = [] } = standing;
  return { tip, units: parent === base ? units : [] };
}

/** Plans, tries and decides; nothing is written but the ledger. */
export async function decideUpdate(
  ground: UpdateGround,
  order: UpdateOrder,
  tools: UpdateTools,
  watching: Watching,
): Promise<Omit<UpdateResult, 'outcome'>> {
  const assessed = await assessUpdate(ground, order, tools, watching);
  const { plan, units, kept } = assessed;
  const report = reportOf(
    { ground, plan, units, kept, outside: [], isStuck: false },
    order,
    tools.clock.now(),
  );
  return { plan, report, proposal: await proposed(assessed, units) };
}
