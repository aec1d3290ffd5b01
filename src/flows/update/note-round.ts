import { formatMarker, replaceMarker } from '../../model/update-marker.ts';
import type { ForgeGround } from './forge-ground.ts';
import { bodyWith } from './pull-request.ts';
import { roundNotes } from './round-notes.ts';
import { stepReport, type Step } from './step.ts';

/**
 * Writes down what a search has come to before the branch moves: whatever breaks in between, the next run knows what was
 * asked and answered.
 */
export async function noteRound(step: Step): Promise<ForgeGround> {
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
export async function noteRemoval({ ground: { pulls, marker }, tools }: Step): Promise<void> {
  if (pulls.open === undefined || marker === undefined) return;
  const body = replaceMarker(pulls.open.body, { ...marker, units: [], search: undefined });
  await tools.forge.updatePullRequest(pulls.open.id, { body });
}
