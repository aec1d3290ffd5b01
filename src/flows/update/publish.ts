import { isFailure } from '../../base/failure.ts';
import { nightlyLimits } from '../../base/nightly-limits.ts';
import { forgeMarker } from '../../model/forge-marker.ts';
import type { PullRequest } from '../../model/pull-request.ts';
import { formatMarker, readMarker, replaceMarker } from '../../model/update-marker.ts';
import type { UpdateSettings } from '../../model/update-settings.ts';
import type { Watching } from '../tools.ts';
import { applyRound, type AppliedRound } from './apply-round.ts';
import { blockCharsMax, bodyAround } from './body-block.ts';
import { forgeGround, type ForgeGround, type ForgeTools } from './forge-ground.ts';
import {
  declinedUnits,
  failedBefore,
  failingUpon,
  leftOutUnits,
  lookAtBranch,
  type LookTools,
  type Standing,
} from './look.ts';
import { issueCharsMax, keepIssues, type IssueText } from './keep-issues.ts';
import { lacksOuterRun, notAskedYet, outerRuns, runNotes, type OuterStanding } from './outer-runs.ts';
import { outsideLines } from './outside.ts';
import { titleOf, type Proposal } from './proposal.ts';
import { bodyWith, changeOf, newBody, type WantedPullRequest } from './pull-request.ts';
import { putBranch, type BranchOutcome } from './put-branch.ts';
import { reportOf } from './report-of.ts';
import { goesIn, type UpdateReport } from './report.ts';
import { decideRound } from './round.ts';
import { roundNotes } from './round-notes.ts';
import { isUnsure } from './unsure.ts';
import { oursOf, type UpdateResult } from './update-local.ts';
import {
  assessUpdate,
  holdEnd,
  proposed,
  type AssessedUpdate,
  type UpdateOrder,
  type UpdateTools,
} from './update.ts';

export interface PublishOrder extends UpdateOrder {
  readonly settings: UpdateSettings;
  /** Writes our part of a pull request's body, in Markdown, with nothing of others in it that would act. */
  readonly describe: (report: UpdateReport, charsMax: number) => string;
  /** Writes the issues, in the same manner. */
  readonly issues: (report: UpdateReport, charsMax: number) => readonly IssueText[];
}

export interface PublishTools extends UpdateTools, ForgeTools, LookTools {}

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
  const ground = await forgeGround(order.directory, order.settings, tools);
  const { repository, base, baseBranch, standing, marker, pulls } = ground;
  const here = { repository, commit: base, branch: baseBranch };
  const assessed = await assessUpdate(
    { ...here, ours: oursOf(standing, base), leftOut: leftOutUnits(ground) },
    order,
    tools,
    watching,
  );
  const look = await lookAtBranch(ground, assessed, order.settings, tools);
  if (isUnsure(ground, assessed)) return unsure({ order, tools, ground, assessed });
  const whole = await proposed(assessed, assessed.units);
  const round = await decideRound({
    wanted: whole.units,
    onBranch: look?.units,
    answer: look?.checks.answer,
    tip: standing.kind === 'absent' ? undefined : standing.tip,
    failedBefore: look === undefined ? await failedBefore(ground, tools.forge) : [],
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
  const { pullRequest, outer } = await tellForge(step, outcome);
  const report = stepReport(step, outcome, outer);
  const faults = await keepIssues(
    order.issues(report, issueCharsMax(ground.facts)),
    { isWhole: report.unanswered.every(({ kind }) => kind !== 'unreachable') },
    tools.forge,
  );
  const notices = [...report.notices, ...faults];
  return { plan: assessed.plan, report: { ...report, notices }, proposal, outcome, pullRequest };
}

/** The branch and its pull request stay as they are until the registry answers again. */
async function unsure(step: Pick<Step, 'order' | 'tools' | 'ground' | 'assessed'>): Promise<PublishedUpdate> {
  const { order, tools, ground, assessed } = step;
  const { plan, units, kept } = assessed;
  const place = { branch: ground.baseBranch, commit: ground.base };
  return {
    plan,
    report: reportOf({ ground: place, plan, units, kept, outside: [] }, order, tools.clock.now()),
    proposal: await proposed(assessed, units),
    outcome: { kind: 'unsure' },
    pullRequest: ground.pulls.open,
  };
}

interface Step {
  readonly order: PublishOrder;
  readonly tools: PublishTools;
  readonly ground: ForgeGround;
  readonly assessed: AssessedUpdate;
  /** Of the branch before this step. */
  readonly look: Standing | undefined;
  readonly applied: AppliedRound;
  readonly proposal: Proposal;
}

/**
 * Writes down what a search has come to before the branch moves: whatever breaks in between, the next run knows what was
 * asked and answered.
 */
async function noteRound(step: Step): Promise<ForgeGround> {
  const { order, ground, tools, applied, look } = step;
  const { marker, pulls, standing } = ground;
  if (marker === undefined || pulls.open === undefined || standing.kind === 'foreign') return ground;
  const noted = { ...marker, ...roundNotes(step), search: applied.until };
  if (formatMarker(noted) === formatMarker(marker)) return ground;
  const body = bodyWith(noted, pulls.open.body, ground.facts, (room) =>
    order.describe(stepReport(step, { kind: 'busy' }, look?.outer ?? []), room),
  );
  const open = await tools.forge.updatePullRequest(pulls.open.id, { body });
  return { ...ground, marker: noted, pulls: { ...pulls, open } };
}

/**
 * A forge closes the pull request of a branch that goes. It is ours that went, and no person's word: so it holds nothing any
 * more when it is closed.
 */
async function noteRemoval({ ground: { pulls, marker }, tools }: Step): Promise<void> {
  if (pulls.open === undefined || marker === undefined) return;
  const body = replaceMarker(pulls.open.body, { ...marker, units: [], search: undefined });
  await tools.forge.updatePullRequest(pulls.open.id, { body });
}

async function moveBranch(step: Step): Promise<BranchOutcome> {
  const { order, tools, ground, applied, proposal } = step;
  const { repository, base, branch, standing, remote, pulls } = ground;
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
      return remote.push(move);
    },
  });
}

interface Told {
  readonly pullRequest: PullRequest | undefined;
  readonly outer: readonly OuterStanding[];
}

/** Makes the pull request say what is so, and starts the outer loops of what was pushed. */
async function tellForge(step: Step, outcome: BranchOutcome): Promise<Told> {
  const { order, tools, ground, look } = step;
  const { open } = ground.pulls;
  if (outcome.kind === 'left' && open !== undefined)
    await tools.forge.comment(
      open.id,
      forgeMarker('update left alone'),
      order.describe(stepReport(step, outcome, []), 4_000),
    );
  if (outcome.kind !== 'put' && outcome.kind !== 'stands')
    return { pullRequest: open, outer: look?.outer ?? [] };
  const loops = order.settings.outerLoops;
  try {
    const first = open ?? (await create(step, outcome));
    const target = { branch: ground.branch, commit: outcome.commit, pullRequest: first.id };
    const outer =
      outcome.kind === 'stands' && look !== undefined
        ? look.outer
        : await outerRuns({ loops, target, noted: ground.marker?.outer ?? [] }, tools.outerLoops);
    const wanted = wantedPullRequest(step, { outcome, outer, around: bodyAround(first.body) });
    const last = open === undefined ? readMarker(first.body) : ground.marker;
    const change = changeOf(first, last, wanted);
    const pullRequest = change === undefined ? first : await tools.forge.updatePullRequest(first.id, change);
    return { pullRequest, outer };
  } catch (error) {
    // Somebody closed or opened one meanwhile: the next run looks again.
    if (isFailure(error, 'forge-conflict')) return { pullRequest: open, outer: [] };
    throw error;
  }
}

/** Draft until the outer loops that are required were seen to start. */
async function create(step: Step, outcome: BranchOutcome): Promise<PullRequest> {
  const { tools, ground, order } = step;
  const outer = order.settings.outerLoops.map(notAskedYet);
  const wanted = wantedPullRequest(step, { outcome, outer, around: '' });
  return tools.forge.createPullRequest({
    head: ground.branch,
    base: ground.baseBranch,
    title: wanted.title,
    body: newBody(wanted),
    draft: wanted.draft,
    labels: order.settings.labels,
  });
}

interface Wanting {
  readonly outcome: BranchOutcome;
  readonly outer: readonly OuterStanding[];
  /** What people wrote around our part of the body. */
  readonly around: string;
}

function wantedPullRequest(step: Step, { outcome, outer, around }: Wanting): WantedPullRequest {
  const { ground, order, applied, proposal, assessed } = step;
  const noted = ground.marker?.outer ?? [];
  const marker = {
    units: proposal.units,
    declined: declinedUnits(ground).slice(0, nightlyLimits.declinedKeysMax),
    outer: 'commit' in outcome ? runNotes(outer, outcome.commit, noted) : noted,
    ...roundNotes(step),
  };
  const title = titleOf(
    applied.search === undefined ? applied.units.filter(goesIn) : assessed.units.filter(goesIn),
  );
  const taken = formatMarker({ ...marker, title, draft: true }).length + around.length + blockCharsMax + 2;
  return {
    title,
    draft: applied.search !== undefined || lacksOuterRun(outer),
    text: order.describe(stepReport(step, outcome, outer), ground.facts.bodyCharsMax - taken),
    marker,
  };
}

function stepReport(step: Step, outcome: BranchOutcome, outer: readonly OuterStanding[]): UpdateReport {
  const { order, tools, ground, assessed, applied, look } = step;
  const { standing, base } = ground;
  const upon = outcome.kind === 'stands' && standing.kind === 'ours' ? (standing.parent ?? base) : base;
  // What the checks said of a branch that has just been made anew says nothing of the new one.
  const checks = outcome.kind === 'stands' ? look?.checks : undefined;
  const outside = outsideLines({
    checks,
    outer,
    search: applied.search,
    baseFails: failingUpon(ground.marker, upon),
  });
  const left = outcome.kind === 'left' ? [{ text: outcome.why.replace(/\.$/, ''), url: undefined }] : [];
  const { plan, kept } = assessed;
  const place = { branch: ground.baseBranch, commit: ground.base };
  return reportOf(
    { ground: place, plan, units: applied.units, kept, outside: [...left, ...outside] },
    order,
    tools.clock.now(),
  );
}
