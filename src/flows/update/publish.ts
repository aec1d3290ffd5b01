import type { PullRequest } from '../../model/pull-request.ts';
import type { Watching } from '../tools.ts';
import { applyRound } from './apply-round.ts';
import { forgeGround } from './forge-ground.ts';
import { failedBefore, leftOutUnits, lookAtBranch } from './look.ts';
import { issueCharsMax, keepIssues } from './keep-issues.ts';
import { noteRemoval, noteRound } from './note-round.ts';
import { reportOwnCheck } from './own-check.ts';
import { putBranch, type BranchOutcome } from './put-branch.ts';
import { reportOf } from './report-of.ts';
import { decideRound } from './round.ts';
import { stepReport, type PublishOrder, type PublishTools, type Step } from './step.ts';
import { tellForge } from './tell-forge.ts';
import { isUnsure } from './unsure.ts';
import { oursOf, type UpdateResult } from './update-local.ts';
import { assessUpdate, holdEnd, proposed } from './update.ts';

export interface PublishedUpdate extends UpdateResult {
  readonly outcome: BranchOutcome;
  /** Undefined: there is none. */
  readonly pullRequest: PullRequest | undefined;
}

/**
 * One step of the update: looks at the branch, its pull request and its checks, plans, and makes both be what they should be.
 * Run again on the same state, it changes nothing; run again after whatever went wrong, it goes on.
 * @throws Failure `forge-*`, `remote-*`, `revision-invalid`, and as scanning does
 */
export async function publishUpdate(
  order: PublishOrder,
  tools: PublishTools,
  watching: Watching,
): Promise<PublishedUpdate> {
  const ground = await forgeGround(order, tools);
  const { repository, base, baseBranch, standing, marker, pulls } = ground;
  const here = { repository, commit: base, branch: baseBranch };
  const assessed = await assessUpdate(
    { ...here, ours: oursOf(standing, base), leftOut: leftOutUnits(ground) },
    order,
    tools,
    watching,
  );
  const look = await lookAtBranch(ground, assessed, order.settings, tools);
  if (isUnsure(ground, assessed.plan)) return unsure({ order, tools, ground, assessed });
  const whole = await proposed(assessed, assessed.units);
  const round = await decideRound({
    wanted: whole.units,
    onBranch: look?.units,
    answer: look?.checks.answer,
    failing: (look?.checks.failed ?? []).map(({ name }) => name),
    tip: standing.kind === 'absent' ? undefined : standing.tip,
    failedBefore: look === undefined ? await failedBefore(ground, tools) : [],
    baseUnknown: (look?.checks.unknownOnBase.length ?? 0) > 0,
    search: marker?.search,
  });
  const applied = applyRound(assessed.units, round, {
    holdUntil: holdEnd(tools.clock.now()),
    evidence: pulls.open?.url,
  });
  const proposal = await proposed(assessed, applied.units);
  const seen: Step = { order, tools, ground, assessed, look, applied, proposal };
  const step = { ...seen, ground: await noteRound(seen) };
  const outcome = await moveBranch(step);
  const told = await tellForge(step, outcome);
  const report = stepReport(step, outcome, told.outer);
  const unreported = await reportOwnCheck(step, { outcome, report, ...told });
  const faults = await keepIssues(
    // In a repository of others the pull request is all that we say.
    order.fork === undefined ? order.issues(report, issueCharsMax(ground.facts)) : [],
    { isWhole: report.unanswered.every(({ kind }) => kind !== 'unreachable') },
    tools.forge,
  );
  const notices = [...report.notices, ...unreported, ...faults];
  return {
    plan: assessed.plan,
    report: { ...report, notices },
    proposal,
    outcome,
    pullRequest: told.pullRequest,
  };
}

/** The branch and its pull request stay as they are until the registry answers again. */
async function unsure(step: Pick<Step, 'order' | 'tools' | 'ground' | 'assessed'>): Promise<PublishedUpdate> {
  const { order, tools, ground, assessed } = step;
  const { plan, units, kept } = assessed;
  const place = { branch: ground.baseBranch, commit: ground.base };
  return {
    plan,
    report: reportOf(
      { ground: place, plan, units, kept, outside: [], isStuck: false },
      order,
      tools.clock.now(),
    ),
    proposal: await proposed(assessed, units),
    outcome: { kind: 'unsure' },
    pullRequest: ground.pulls.open,
  };
}

async function moveBranch(step: Step): Promise<BranchOutcome> {
  const { order, tools, ground, applied, proposal } = step;
  const { repository, base, branch, standing, push, pulls } = ground;
  if (pulls.open?.labels.includes(order.settings.freeze) === true)
    return {
      kind: 'left',
      why: `${pulls.open.name} has the label ${order.settings.freeze}: nothing is pushed to it.`,
    };
  // Without a pull request there is nobody to take it from, and people may want to open one that they closed again.
  const isOver = pulls.open === undefined && proposal.units.length === 0;
  if (isOver && (proposal.files.length === 0 || pulls.ended?.state === 'closed')) return { kind: 'nothing' };
  return putBranch({
    repository,
    base,
    branch,
    standing,
    proposal,
    evenEmpty: applied.search !== undefined,
    after: applied.after,
    now: tools.clock.now(),
    move: async (move) => {
      if (move.to === undefined) await noteRemoval(step);
      return push(move);
    },
  });
}
