import { exitStatus, type ExitStatus, type Failure } from '../../base/failure.ts';
import type { BranchOutcome } from '../../flows/update/put-branch.ts';
import type { UpdatePlan } from '../../flows/update/plan-update.ts';
import type { UpdateReport } from '../../flows/update/report.ts';

export interface UpdateEnd {
  readonly report: UpdateReport;
  readonly plan: Pick<UpdatePlan, 'plan'>;
  readonly outcome: BranchOutcome | undefined;
}

/** Worst first: what was refused, what did not answer, what is broken or got worse, what is not proven. */
const ranked: readonly ExitStatus[] = [
  exitStatus.refused,
  exitStatus.unavailable,
  exitStatus.usage,
  exitStatus.no,
  exitStatus.notProven,
  exitStatus.yes,
];

/** The exit status of an update. It tells how things stand, not what this run did: the same state has the same status. */
export function updateExit({ report, plan, outcome }: UpdateEnd): ExitStatus {
  const failures: readonly (Failure | undefined)[] = plan.plan.entries.map(({ decision }) =>
    decision.kind === 'stay' ? decision.failure : undefined,
  );
  const said: readonly ExitStatus[] = [
    ...failures.flatMap((failure) => failure?.exit ?? []),
    ...report.units.flatMap(({ state }): readonly ExitStatus[] => {
      switch (state.kind) {
        case 'goes in':
        case 'left out':
          return [];
        case 'held back':
          return [exitStatus.no];
        case 'waits':
          return [state.failure?.exit ?? exitStatus.notProven];
        case 'not written':
          return [state.failure.exit];
      }
    }),
    ...(report.held.some(({ isMerged }) => !isMerged) ? [exitStatus.no] : []),
    ...(report.dead.some(({ mended }) => !mended) ? [exitStatus.no] : []),
    ...(report.isStuck ? [exitStatus.notProven] : []),
    ...(outcome?.kind === 'left' ? [exitStatus.notProven] : []),
  ];
  return ranked.find((status) => said.includes(status)) ?? exitStatus.yes;
}
