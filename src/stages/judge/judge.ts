import type { Evidence } from '../../model/evidence.ts';
import { findingKinds, type Finding, type FindingKind } from '../../model/finding.ts';
import type { TrialRequest } from '../../model/trial.ts';
import {
  worstVerdict,
  type MemberVerdict,
  type SetVerdict,
  type SuiteVerdict,
  type Verdict,
} from '../../model/verdict.ts';
import { analyse, type JudgeOptions, type UnitAnalysis } from './analyse.ts';
import type { SuiteFacts } from './phrases.ts';
import { memberVerdict, setVerdict, suiteVerdict } from './sentences.ts';

/** What to run next of one unit, in the order in which it should run. */
export interface UnitTrials {
  /** Place of the unit's evidence in the input. */
  readonly unit: number;
  readonly requests: readonly TrialRequest[];
}

/**
 * What to run next over all units of a set. Add the trials to the evidence and ask again; empty: nothing is left to
 * run. Same evidence, same requests, in whatever order the trials came.
 */
export function nextTrials(evidences: readonly Evidence[], options: JudgeOptions): readonly UnitTrials[] {
  return analyse(evidences, options)
    .map(({ requests }, unit) => ({ unit, requests }))
    .filter(({ requests }) => requests.length > 0);
}

/**
 * What the evidence amounts to, one verdict for each piece in the same order. Evidence that is not finished is never
 * enough to promote.
 */
export function conclude(evidences: readonly Evidence[], options: JudgeOptions): readonly SuiteVerdict[] {
  return analyse(evidences, options).map(concludeUnit);
}

/**
 * The verdict over a set: the worst wins over suites, platforms and images.
 * @param members every image of the set with the verdicts of all its suites on all its platforms
 * @param others what else speaks for or against the set and comes from no suite
 */
export function judgeSet(
  members: readonly Omit<MemberVerdict, 'verdict'>[],
  others: readonly Verdict[] = [],
): SetVerdict {
  const judged = members.map((member) => ({ ...member, verdict: memberVerdict(member) }));
  const own = setVerdict(judged);
  return { verdict: worstVerdict([own, ...others]) ?? own, members: judged };
}

function concludeUnit(analysis: UnitAnalysis): SuiteVerdict {
  const { evidence, observed } = analysis;
  const byKind = Map.groupBy(analysis.findings, ({ kind }) => kind);
  return {
    image: evidence.image,
    suite: evidence.suite,
    platform: evidence.platform,
    verdict: suiteVerdict({ ...analysis, ...splitWaived(analysis.findings) }),
    findings: findingKinds.flatMap((kind) => byKind.get(kind) ?? []),
    counts: countKinds(byKind),
    observed,
    trials: evidence.trials.filter(
      ({ step, reused }) => step !== 'preflight' && step !== 'sentinel' && reused !== true,
    ).length,
  };
}

function splitWaived(findings: readonly Finding[]): Pick<SuiteFacts, 'byKind' | 'waived'> {
  const counting = findings.filter(({ waived }) => waived === undefined);
  return {
    byKind: Map.groupBy(counting, ({ kind }) => kind),
    waived: findings.filter(({ waived }) => waived !== undefined),
  };
}

function countKinds(
  byKind: ReadonlyMap<FindingKind, readonly Finding[]>,
): Readonly<Record<FindingKind, number>> {
  const count = (kind: FindingKind): number => byKind.get(kind)?.length ?? 0;
  return {
    'sentinel-passed': count('sentinel-passed'),
    'must-pass-failed': count('must-pass-failed'),
    'cannot-start': count('cannot-start'),
    regressed: count('regressed'),
    'lost-coverage': count('lost-coverage'),
    infrastructure: count('infrastructure'),
    'not-comparable': count('not-comparable'),
    unconfirmed: count('unconfirmed'),
    'newly-flaky': count('newly-flaky'),
    'new-failing': count('new-failing'),
    'lost-failing': count('lost-failing'),
    'changed-failure': count('changed-failure'),
    'known-flaky': count('known-flaky'),
    'flaky-on-both': count('flaky-on-both'),
    'still-failing': count('still-failing'),
    fixed: count('fixed'),
    gained: count('gained'),
    same: count('same'),
  };
}
