import { Failure } from '../../base/failure.ts';
import { parseBranchName } from '../../model/branch-name.ts';
import type { PushAnswer } from '../../ports/git.ts';
import type { Watching } from '../tools.ts';
import { branchStanding } from './branch.ts';
import { putBranch, type BranchOutcome } from './put-branch.ts';
import {
  decideUpdate,
  localGround,
  type DecidedUpdate,
  type UpdateOrder,
  type UpdateTools,
} from './update.ts';

/** The branch of updates where nobody names another. */
export const updateBranch = parseBranchName('lockkeeper/update');

export interface LocalUpdate extends DecidedUpdate {
  /** Undefined: nothing was to be written. */
  readonly outcome: BranchOutcome | undefined;
}

export interface LocalUpdateOrder extends UpdateOrder {
  /** Say what would be done, and write nothing. */
  readonly dryRun: boolean;
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
): Promise<LocalUpdate> {
  const ground = await localGround(order.directory, tools);
  const { repository, commit: base } = ground;
  if (order.dryRun) return { ...(await decideUpdate(ground, order, tools, watching)), outcome: undefined };
  if (repository === undefined || base === undefined) {
    throw new Failure('path-refused', `${order.directory} lies in no git repository with a commit`, {
      hint: 'Give --dry-run, or --dry-run --patch FILE for what would change.',
    });
  }
  const branch = updateBranch;
  const tip = await repository.resolve(`refs/heads/${branch}`);
  const standing = await branchStanding(repository, { tip, base });
  const ours = standing.kind === 'ours' ? standing.tip : undefined;
  const decided = await decideUpdate({ ...ground, tip: ours }, order, tools, watching);
  const outcome = await putBranch({
    repository,
    base,
    branch,
    standing,
    proposal: decided.proposal,
    evenEmpty: false,
    now: tools.clock.now(),
    move: async (move): Promise<PushAnswer> => {
      const answer = await repository.moveBranch(move);
      if (answer.kind !== 'checked-out') return answer;
      return { kind: 'refused', said: `it is checked out in ${answer.folder}` };
    },
  });
  return { ...decided, outcome };
}
