import type { PinFinding, Plan } from '../../model/plan.ts';
import { formatReference } from '../../model/reference.ts';
import type { UpdatePlan } from './plan-update.ts';
import { goesIn, type DeadPin, type HeldName, type ReportedUnit, type UpdateReport } from './report.ts';

export interface Reporting {
  readonly ground: { readonly branch: string | undefined; readonly commit: string | undefined };
  readonly plan: UpdatePlan;
  /** Those that were tried. */
  readonly units: readonly ReportedUnit[];
}

/** What is to be told of a plan and of what became of its units. */
export function reportOf(
  { ground, plan, units }: Reporting,
  { madeBy }: { readonly madeBy: string },
  now: Date,
): UpdateReport {
  const refused = plan.refused.map(({ unit, failure }): ReportedUnit => {
    const change = { kind: 'not compared', why: 'it is not written' } as const;
    const moves = unit.moves.map((move) => ({ ...move, change, verdicts: [] }));
    return { key: unit.key, moves, state: { kind: 'not written', failure } };
  });
  return {
    createdAt: now.toISOString(),
    madeBy,
    base: { branch: ground.branch, commit: ground.commit },
    dead: deadPins(plan.findings, units),
    units: [...units, ...refused],
    held: heldNames(plan.plan),
    unanswered: plan.findings.filter(({ kind }) => kind === 'denied' || kind === 'unreachable'),
    notices: plan.base.scanned.survey.notRead.map(({ file, why }) => `${file} was not read: ${why}.`),
  };
}

/** Each name once, in the order of the mentions. */
export function heldNames({ entries }: Plan): readonly HeldName[] {
  const held = entries.flatMap(({ follows, decision }): readonly HeldName[] =>
    decision.kind === 'stay' && decision.why === 'held' && follows !== undefined
      ? [{ name: formatReference(follows), hold: decision.hold }]
      : [],
  );
  return [...new Map(held.map((each) => [each.name, each])).values()];
}

/** Each place once; those that nothing mends come first. */
function deadPins(findings: readonly PinFinding[], units: readonly ReportedUnit[]): readonly DeadPin[] {
  const moving = new Set(
    units
      .filter(goesIn)
      .flatMap(({ moves }) => moves.flatMap(({ entries }) => entries.map((entry) => entry.mention))),
  );
  const dead = findings.filter(({ kind }) => kind === 'dead');
  return dead
    .map((finding) => ({ finding, mended: finding.mention !== undefined && moving.has(finding.mention) }))
    .toSorted((one, other) => Number(one.mended) - Number(other.mended));
}
