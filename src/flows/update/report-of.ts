import type { Hold } from '../../model/hold.ts';
import type { PinFinding, Plan } from '../../model/plan.ts';
import { formatReference, shortName } from '../../model/reference.ts';
import { culpritHolds } from './holds.ts';
import type { UpdatePlan } from './plan-update.ts';
import {
  goesIn,
  type DeadPin,
  type HeldName,
  type OutsideLine,
  type ReportedUnit,
  type UpdateReport,
} from './report.ts';

export interface Reporting {
  readonly ground: { readonly branch: string | undefined; readonly commit: string | undefined };
  readonly plan: UpdatePlan;
  /** Those of the plan. */
  readonly units: readonly ReportedUnit[];
  readonly outside: readonly OutsideLine[];
  readonly isStuck: boolean;
  /** Holds of our branch, of silent names too. */
  readonly kept: readonly Hold[];
}

/** What is to be told of a plan and of what became of its units. */
export function reportOf(
  { ground, plan, units, outside, isStuck, kept }: Reporting,
  { madeBy }: { readonly madeBy: string },
  now: Date,
): UpdateReport {
  const refused = plan.refused.map(({ unit, failure }): ReportedUnit => {
    const change = { kind: 'not compared', why: 'it is not written' } as const;
    const moves = unit.moves.map((move) => ({ ...move, change, verdicts: [] }));
    return { key: unit.key, moves, state: { kind: 'not written', failure } };
  });
  const culprits = culpritHolds(units);
  const unread = plan.base.scanned.survey.notRead.map(({ file, why }) => `${file} was not read: ${why}.`);
  return {
    createdAt: now.toISOString(),
    madeBy,
    base: { branch: ground.branch, commit: ground.commit },
    dead: deadPins(plan.findings, units),
    units: [...units, ...refused],
    held: allHeld(plan.plan, [...culprits, ...kept]),
    unanswered: plan.findings.filter(({ kind }) => kind === 'denied' || kind === 'unreachable'),
    expired: plan.findings.filter(({ kind }) => kind === 'hold-expired'),
    outside,
    isStuck,
    notices: [...unread, ...unheld(plan, culprits)],
  };
}

/** Culprits that no commit can hold: they are tried again in each run. */
function unheld({ base: { config } }: UpdatePlan, culprits: readonly Hold[]): readonly string[] {
  if (config?.isOutside !== true || culprits.length === 0) return [];
  const names = culprits.map(({ image }) => image).join(', ');
  return [
    `${config.file} lies outside of the repository, so the update cannot write into it what stays back: hold ${names} there by hand.`,
  ];
}

/** Names that a hold keeps where they are, each once, in the order of the mentions. */
export function heldNames({ entries }: Plan): readonly Omit<HeldName, 'isMerged'>[] {
  const held = entries.flatMap(({ follows, decision }) =>
    decision.kind === 'stay' && decision.why === 'held' && follows !== undefined
      ? [{ name: formatReference(follows), hold: decision.hold }]
      : [],
  );
  return [...new Map(held.map((each) => [each.name, each])).values()];
}

/** With those that are new or silent: in a later run they stand in the same place with the same words. */
function allHeld(plan: Plan, fresh: readonly Hold[]): readonly HeldName[] {
  const held = new Map(heldNames(plan).map((each) => [each.name, each]));
  const names = new Set(
    plan.entries.flatMap(({ follows }) => (follows === undefined ? [] : [formatReference(follows)])),
  );
  return [...names].flatMap((name) => {
    const hold = fresh.find(({ image }) => image === shortName(name));
    const known = held.get(name)?.hold ?? hold;
    return known === undefined ? [] : { name, hold: known, isMerged: !fresh.includes(known) };
  });
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
