import type { UpdateSettings } from '../../model/update-settings.ts';
import type { OuterLoops } from '../../ports/outer-loops.ts';
import type { Watching } from '../tools.ts';
import { outerRuns, type OuterStanding } from './outer-runs.ts';
import { outsideLines } from './outside.ts';
import { plainGround } from './plain-ground.ts';
import { putBranch, type BranchOutcome } from './put-branch.ts';
import { isUnsure } from './unsure.ts';
import { decideUpdate, oursOf, type UpdateResult } from './update-local.ts';
import type { UpdateOrder, UpdateTools } from './update.ts';

export interface PlainOrder extends UpdateOrder {
  readonly settings: UpdateSettings;
  /** Why there is no forge: a clause. */
  readonly why: string;
}

export interface PlainTools extends UpdateTools {
  readonly outerLoops: OuterLoops;
}

/**
 * Updates upon the base branch of a remote that is on no forge, and pushes our branch there: what becomes of it is up to
 * people. @throws Failure `remote-*`, `revision-invalid` where there is no base
 */
export async function updatePlainly(
  order: PlainOrder,
  tools: PlainTools,
  watching: Watching,
): Promise<UpdateResult> {
  const { settings, directory } = order;
  const { repository, remote, base, baseBranch, branch, standing } = await plainGround(
    directory,
    settings,
    tools.git,
  );
  const ground = {
    repository,
    commit: base,
    branch: baseBranch,
    ours: oursOf(standing, base),
    leftOut: new Map(),
  };
  const decided = await decideUpdate(ground, order, tools, watching);
  const outcome: BranchOutcome = isUnsure({ standing, marker: undefined }, decided.plan)
    ? { kind: 'unsure' }
    : await putBranch({
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
  const outside = outsideLines({
    checks: undefined,
    outer: await startedLoops(outcome, order, tools),
    search: undefined,
    baseFails: undefined,
    stuck: undefined,
  });
  const notices = [...decided.report.notices, `No pull request is opened: ${order.why}.`];
  return { ...decided, report: { ...decided.report, outside, notices }, outcome };
}

/**
 * Without a pull request nothing is noted from run to run: so a program starts its run once, on the commit that was just
 * pushed, and what can be looked for is looked for again.
 */
async function startedLoops(
  outcome: BranchOutcome,
  { settings }: PlainOrder,
  { outerLoops }: PlainTools,
): Promise<readonly OuterStanding[]> {
  if (outcome.kind !== 'put' && outcome.kind !== 'stands') return [];
  const loops = settings.outerLoops.filter(({ by }) => outcome.kind === 'put' || by.kind !== 'command');
  const target = { branch: settings.branch, commit: outcome.commit, pullRequest: undefined };
  return outerRuns({ loops, target, noted: [] }, outerLoops);
}
