import { Failure } from '../../base/failure.ts';
import { plural } from '../../base/text.ts';
import { ownCheckName, type OwnCheck } from '../../model/check.ts';
import type { PullRequest } from '../../model/pull-request.ts';
import { awaitsOuterRun, type OuterStanding } from './outer-runs.ts';
import { titleOf } from './proposal.ts';
import type { BranchOutcome } from './put-branch.ts';
import { goesIn, type UpdateReport } from './report.ts';
import type { Step } from './step.ts';

interface Reported {
  readonly outcome: BranchOutcome;
  readonly outer: readonly OuterStanding[];
  readonly report: UpdateReport;
  readonly pullRequest: PullRequest | undefined;
}

/**
 * Says on the commit itself what the pull request says: it is still searched, or all that is good is there. Whoever makes
 * this check a required one cannot merge in the middle of a search. A token that may not report checks stops nothing.
 * Returns sentences: what could not be told.
 */
export async function reportOwnCheck(step: Step, reported: Reported): Promise<readonly string[]> {
  const { outcome, report, pullRequest } = reported;
  const { order, tools, ground } = step;
  // Checks of a fork's commit are up to those whose repository it is.
  if (order.fork !== undefined || (outcome.kind !== 'put' && outcome.kind !== 'stands')) return [];
  const { checkSummaryCharsMax: charsMax } = ground.facts;
  try {
    await tools.forge.reportCheck({
      commit: outcome.commit,
      name: ownCheckName('update'),
      state: stateOf(step, reported),
      title: titleOfCheck(step, report),
      summary: charsMax === 0 ? '' : order.describe(report, charsMax),
      url: pullRequest?.url,
    });
    return [];
  } catch (error) {
    if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
    return [`The check of this update could not be reported: ${error.message}.`];
  }
}

/** What stays back is no fault of what is on the branch. */
function stateOf({ applied }: Step, { outer, report }: Reported): OwnCheck['state'] {
  if (applied.stuck !== undefined) return 'failed';
  if (applied.search !== undefined || awaitsOuterRun(outer)) return 'running';
  return report.held.length === 0 && waitingIn(report) === 0 ? 'passed' : 'neutral';
}

function titleOfCheck({ applied: { search, stuck } }: Step, report: UpdateReport): string {
  if (stuck !== undefined) return 'It could not be decided what makes checks fail: a person has to look';
  if (search !== undefined)
    return `Looking for the culprit among ${plural(search.units.length, 'move')}: not to be merged yet`;
  const [held, waiting] = [report.held.length, waitingIn(report)];
  const rest = [
    ...(held === 0 ? [] : [`${held} held back`]),
    ...(waiting === 0 ? [] : [`${waiting} not in yet`]),
  ];
  return [titleOf(report.units.filter(goesIn)), ...rest].join('; ');
}

/** Culprits are among those that are held. */
function waitingIn({ units }: UpdateReport): number {
  return units.filter((unit) => !goesIn(unit) && unit.state.kind !== 'held back').length;
}
