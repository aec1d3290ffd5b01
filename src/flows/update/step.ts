import type { UpdateSettings } from '../../model/update-settings.ts';
import type { AppliedRound } from './apply-round.ts';
import type { ForgeGround, ForgeTools } from './forge-ground.ts';
import type { IssueText } from './keep-issues.ts';
import { failingUpon, type LookTools, type Standing } from './look.ts';
import type { OuterStanding } from './outer-runs.ts';
import { outsideLines } from './outside.ts';
import type { Proposal } from './proposal.ts';
import type { BranchOutcome } from './put-branch.ts';
import { reportOf } from './report-of.ts';
import type { UpdateReport } from './report.ts';
import type { AssessedUpdate, UpdateOrder, UpdateTools } from './update.ts';

export interface PublishOrder extends UpdateOrder {
  readonly settings: UpdateSettings;
  /** The git remote of a fork that our branch is pushed to; undefined: it lies in the repository itself, where we have rights. */
  readonly fork: string | undefined;
  /** Writes our part of a pull request's body, in Markdown, with nothing of others in it that would act. */
  readonly describe: (report: UpdateReport, charsMax: number) => string;
  /** Writes the issues, in the same manner. */
  readonly issues: (report: UpdateReport, charsMax: number) => readonly IssueText[];
}

export interface PublishTools extends UpdateTools, ForgeTools, LookTools {}

/** One step of an update on a forge: all that was seen and decided, before the branch moves. */
export interface Step {
  readonly order: PublishOrder;
  readonly tools: PublishTools;
  readonly ground: ForgeGround;
  readonly assessed: AssessedUpdate;
  /** Of the branch before this step. */
  readonly look: Standing | undefined;
  readonly applied: AppliedRound;
  readonly proposal: Proposal;
}

/** What is to be told after the branch has moved, or has not. */
export function stepReport(
  step: Step,
  outcome: BranchOutcome,
  outer: readonly OuterStanding[],
): UpdateReport {
  const { order, tools, ground, assessed, applied, look } = step;
  const { standing, base } = ground;
  const upon = outcome.kind === 'stands' && standing.kind === 'ours' ? (standing.parent ?? base) : base;
  // What the checks said of a branch that has just been made anew says nothing of the new one.
  const checks = outcome.kind === 'stands' ? look?.checks : undefined;
  const outside = outsideLines({
    checks,
    outer,
    search: applied.search,
    stuck: applied.stuck,
    baseFails: failingUpon(ground.marker, upon),
  });
  const left = outcome.kind === 'left' ? [{ text: outcome.why.replace(/\.$/, ''), url: undefined }] : [];
  const { plan, kept } = assessed;
  const place = { branch: ground.baseBranch, commit: ground.base };
  return reportOf(
    {
      ground: place,
      plan,
      units: applied.units,
      kept,
      outside: [...left, ...outside],
      isStuck: applied.stuck !== undefined,
    },
    order,
    tools.clock.now(),
  );
}
