import type { UpdateSettings } from '../../model/update-settings.ts';
import type { GitAccess } from '../../ports/git.ts';
import type { Watching } from '../tools.ts';
import { plainGround } from './plain-ground.ts';
import { putBranch } from './put-branch.ts';
import { decideUpdate, oursOf, type UpdateResult } from './update-local.ts';
import type { UpdateOrder, UpdateTools } from './update.ts';

export interface PlainOrder extends UpdateOrder {
  readonly settings: UpdateSettings;
  /** Undefined: git's own credentials. */
  readonly access: GitAccess | undefined;
}

/**
 * Updates upon the base branch of a remote that is on no forge, and pushes our branch there: what becomes of it is up to
 * people. @throws Failure `remote-*`, `revision-invalid` where there is no base
 */
export async function updatePlainly(
  order: PlainOrder,
  tools: UpdateTools,
  watching: Watching,
): Promise<UpdateResult> {
  const { settings, access, directory } = order;
  const place = await plainGround(directory, settings, { git: tools.git, access });
  const { repository, remote, base, baseBranch, branch, standing } = place;
  const ground = {
    repository,
    commit: base,
    branch: baseBranch,
    ours: oursOf(standing, base),
    leftOut: new Map(),
  };
  const decided = await decideUpdate(ground, order, tools, watching);
  const outcome = await putBranch({
    repository,
    base,
    branch,
    standing,
    proposal: decided.proposal,
    evenEmpty: false,
    after: undefined,
    now: tools.clock.now(),
    move: (move) => remote.push(move),
  });
  return { ...decided, outcome };
}
