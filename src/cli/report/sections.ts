import { findingKinds, type FindingKind } from '../../model/finding.ts';
import type { ReportFinding, ReportSuite } from '../../model/report-document.ts';
import { explainLost, toldAsCause, type LostGroup } from './explain.ts';
import { foldedKinds, weightOf, type Weight } from './kinds.ts';

/** All findings of one kind, as a report tells them. */
export interface Section {
  readonly kind: FindingKind;
  readonly weight: Weight;
  /** Of this kind altogether, with those that the report leaves out. */
  readonly count: number;
  /** Without those that are told as the cause of lost tests. */
  readonly findings: readonly ReportFinding[];
  readonly toldElsewhere: number;
  /** Only for lost coverage. */
  readonly lost: readonly LostGroup[];
}

/** What a suite has to tell, most important first, without what is the same on both sides. */
export function sectionsOf(suite: ReportSuite): readonly Section[] {
  const lost = explainLost(suite);
  const told = toldAsCause(lost);
  const byKind = Map.groupBy(suite.findings, ({ kind }) => kind);
  return inTellingOrder
    .filter((kind) => (suite.counts[kind] ?? 0) > 0)
    .map((kind) => {
      const all = byKind.get(kind) ?? [];
      const findings = kind === 'regressed' ? all.filter(({ test }) => !told.has(test)) : all;
      return {
        kind,
        weight: weightOf(kind, suite.rule),
        count: suite.counts[kind] ?? 0,
        findings,
        toldElsewhere: all.length - findings.length,
        lost: kind === 'lost-coverage' ? lost : [],
      };
    });
}

/** In the order of importance, but what got better stands before what stayed as bad as it was. */
const inTellingOrder: readonly FindingKind[] = [
  ...findingKinds.filter((kind) => !foldedKinds.has(kind)),
  ...findingKinds.filter((kind) => foldedKinds.has(kind) && kind !== 'same'),
];
