import { findingKinds, type FindingKind } from '../../model/finding.ts';
import { runItself } from '../../model/observation.ts';
import type { ReportFinding, ReportSuite } from '../../model/report-document.ts';
import type { Side } from '../../model/trial.ts';
import { explainLost, toldAsCause, type Cause, type LostGroup } from './explain.ts';
import { foldedKinds, kindTexts, weightOf, type Weight } from './kinds.ts';

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
      const findings = all.filter(({ test, candidate }) => candidate !== 'errored' || !told.has(test));
      return {
        kind,
        weight: all.every(({ waived }) => waived !== undefined) ? 'shown' : weightOf(kind, suite.rule),
        count: suite.counts[kind] ?? 0,
        findings,
        toldElsewhere: all.length - findings.length,
        lost: kind === 'lost-coverage' ? lost : [],
      };
    });
}

/** `27 tests passed in the baseline and no longer run`. */
export function sectionSentence({ kind, count, toldElsewhere, findings }: Section): string {
  const { one, several } = kindTexts[kind];
  if (count - toldElsewhere !== 1) return `${count - toldElsewhere} tests ${several}`;
  return `${findings[0]?.test === runItself ? 'the run itself' : '1 test'} ${one}`;
}

/** What one side says of a finding. Foreign text. */
export interface Said {
  readonly text: string;
  /** A log ends with what matters, a failure begins with it. */
  readonly isLog: boolean;
}

export function saidBy(side: Side, finding: ReportFinding, { trials }: ReportSuite): Said | undefined {
  const isRun = finding.test === runItself;
  const detail = finding[`${side}Detail`];
  if (detail !== undefined) return { text: detail, isLog: isRun };
  const log =
    finding[`${side}Log`] ?? (isRun && finding[side] !== 'passed' ? lastOutput(side, trials) : undefined);
  return log === undefined ? undefined : { text: log, isLog: true };
}

function lastOutput(side: Side, trials: ReportSuite['trials']): string | undefined {
  return trials.findLast((trial) => trial.side === side && trial.output.excerpt !== '')?.output.excerpt;
}

/** What a cause says; where no place broke, it is the log of the run. */
export function causeSaid({ line, detail, places }: Cause): Said {
  return { text: detail === '' ? line : detail, isLog: places.length === 0 };
}

/** `27 lost, 7 errored, 290 the same`: what errored and took tests away is counted as what it is. */
export function totalsText(sections: readonly Section[], { counts }: ReportSuite): string {
  const parts = sections.flatMap(({ kind, count, toldElsewhere }) => [
    ...(count === toldElsewhere ? [] : [`${count - toldElsewhere} ${kindTexts[kind].short}`]),
    ...(toldElsewhere === 0 ? [] : [`${toldElsewhere} errored`]),
  ]);
  return [...parts, `${counts['same'] ?? 0} the same`].join(', ');
}

/** In the order of importance, but what got better stands before what stayed as bad as it was. */
const inTellingOrder: readonly FindingKind[] = [
  ...findingKinds.filter((kind) => !foldedKinds.has(kind)),
  ...findingKinds.filter((kind) => foldedKinds.has(kind) && kind !== 'same'),
];
