import { isFailure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { forgeMarker } from '../../model/forge-marker.ts';
import type { PullRequest } from '../../model/pull-request.ts';
import { formatMarker, readMarker } from '../../model/update-marker.ts';
import { blockCharsMax, bodyAround } from './body-block.ts';
import { declinedUnits } from './look.ts';
import { awaitsOuterRun, notAskedYet, outerRuns, runNotes, type OuterStanding } from './outer-runs.ts';
import { titleOf } from './proposal.ts';
import { changeOf, newBody, type WantedPullRequest } from './pull-request.ts';
import type { BranchOutcome } from './put-branch.ts';
import { goesIn } from './report.ts';
import { roundNotes } from './round-notes.ts';
import { stepReport, type Step } from './step.ts';

export interface Told {
  readonly pullRequest: PullRequest | undefined;
  readonly outer: readonly OuterStanding[];
}

/** Makes the pull request say what is so, and starts the outer loops of what was pushed. */
export async function tellForge(step: Step, outcome: BranchOutcome): Promise<Told> {
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

/** Draft until the outer loops that are required have answered. */
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
    // Labels take a right that a fork does not have.
    labels: order.fork === undefined ? order.settings.labels : [],
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
    declined: declinedUnits(ground).slice(0, limits.declinedKeysMax),
    outer: 'commit' in outcome ? runNotes(outer, outcome.commit, noted) : noted,
    ...roundNotes(step),
  };
  const title = titleOf(
    applied.search === undefined ? applied.units.filter(goesIn) : assessed.units.filter(goesIn),
  );
  const taken = formatMarker({ ...marker, title, draft: true }).length + around.length + blockCharsMax + 2;
  return {
    title,
    draft: applied.search !== undefined || applied.stuck !== undefined || awaitsOuterRun(outer),
    text: order.describe(stepReport(step, outcome, outer), ground.facts.bodyCharsMax - taken),
    marker,
  };
}
