import type { ConfirmCounts, Finding } from '../../model/finding.ts';
import type { TrialRequest } from '../../model/trial.ts';
import { convict, convictTogether, decideAlone, decideAtCap, isExonerated, type Heard } from './decide.ts';
import { Case, type Defendant } from './docket.ts';
import { fisher } from './fisher.ts';
import { holmThreshold } from './holm.ts';
import { massUnits, type Suspicion } from './mass.ts';
import type { Unit } from './unit.ts';

export interface Confirmation {
  /** Empty: everything is decided. */
  readonly requests: ReadonlyMap<Unit, readonly TrialRequest[]>;
  /** Every suspect as a finding; an undecided one is unconfirmed. */
  readonly findings: ReadonlyMap<Unit, readonly Finding[]>;
}

/**
 * Confirms the suspects of a whole set by fresh runs. The set goes from round to round together: a round is judged
 * once all of its runs are there, so that the verdict depends on what they showed and not on which came first.
 */
export function confirm(suspicions: readonly Suspicion[]): Confirmation {
  const mass = massUnits(suspicions);
  const cases = suspicions.map(({ unit, suspects }) => new Case(unit, suspects, mass.has(unit)));
  const requests = hearRounds(cases);
  const findings = new Map(cases.map(({ unit, defendants }) => [unit, defendants.map(toFinding)]));
  return { requests, findings };
}

const notRerun = 'it failed, and was not run again';

/** Suspects of a set whose screen is not over, or whose runs nobody can repeat. */
export function postpone(suspicions: readonly Suspicion[]): Confirmation {
  const findings = suspicions.map(({ unit, suspects }): [Unit, readonly Finding[]] => [
    unit,
    suspects.map(({ seen }) => ({ ...seen, kind: 'unconfirmed', because: notRerun })),
  ]);
  return { requests: new Map(), findings: new Map(findings) };
}

function hearRounds(cases: readonly Case[]): ReadonlyMap<Unit, readonly TrialRequest[]> {
  for (let round = 1; ; round += 1) {
    const open = cases.filter((each) => each.isOpen(round));
    const requests = new Map<Unit, readonly TrialRequest[]>();
    for (const each of open) {
      const asked = each.requests(round);
      if (asked.length > 0) requests.set(each.unit, asked);
    }
    if (requests.size > 0 || open.length === 0) return requests;
    for (const each of open) {
      each.hear(round);
      for (const defendant of each.undecided) {
        defendant.decide(decideAlone(defendant.suspect, heardOf(each, defendant), each.unit.evidence.rule));
      }
      judgeMass(each, round);
    }
    convictSingles(cases);
    for (const each of open) if (isLastRound(each, round)) decideRest(each);
  }
}

function heardOf({ broken }: Case, { tally }: Defendant): Heard {
  return { counts: tally.counts, broken };
}

/** One suspect, "the image or the harness", by the whole runs. */
function judgeMass(each: Case, round: number): void {
  if (each.mass !== 'open') return;
  const { rule } = each.unit.evidence;
  const { counts } = each.massTally;
  const failsOnlyHere = counts.baselineFailed === 0 && counts.candidateFailed >= rule.exonerateRuns;
  if (failsOnlyHere && fisher(counts) <= rule.alpha) {
    for (const defendant of each.undecided) {
      const { suspect, tally } = defendant;
      if (suspect.rule !== 'pair') continue;
      defendant.decide(
        convictTogether(tally.counts, rule) ??
          decideAtCap(suspect, heardOf(each, defendant), each.unit.evidence),
      );
    }
    each.closeMass('convicted');
    return;
  }
  // A baseline that fails as a whole can convict nobody, and neither can a candidate whose runs are clean.
  const isCleared = isExonerated({ counts, broken: each.broken }, rule);
  if (isCleared || counts.baselineFailed > 0 || isLastRound(each, round)) each.closeMass('dissolved');
}

/** Holm over all suspects of the set; a mass that stands is one of them. */
function convictSingles(cases: readonly Case[]): void {
  const singles = cases.flatMap(({ unit, defendants }) =>
    defendants
      .filter(({ isSingle }) => isSingle)
      .map((defendant) => ({ rule: unit.evidence.rule, defendant })),
  );
  const eligible = singles
    .filter(({ rule, defendant: { decision, tally } }) => {
      const { baselineFailed, candidateFailed } = tally.counts;
      return decision === undefined && baselineFailed === 0 && candidateFailed >= rule.exonerateRuns;
    })
    .map(({ rule, defendant }) => ({ alpha: rule.alpha, defendant, p: fisher(defendant.tally.counts) }));
  const [first] = eligible;
  if (first === undefined) return;
  const masses = cases.filter(({ mass }) => mass === 'open' || mass === 'convicted').length;
  const threshold = holmThreshold(
    eligible.map(({ p }) => p),
    {
      suspects: singles.length + masses,
      convicted: singles.filter(({ defendant }) => defendant.decision?.kind === 'regressed').length,
      alpha: first.alpha,
    },
  );
  for (const { defendant, p } of eligible) {
    if (threshold !== undefined && p <= threshold) defendant.decide(convict(defendant.tally.counts, p));
  }
}

function isLastRound({ unit }: Case, round: number): boolean {
  return round >= unit.evidence.rule.confirmRuns;
}

function decideRest(each: Case): void {
  for (const defendant of each.undecided) {
    defendant.decide(decideAtCap(defendant.suspect, heardOf(each, defendant), each.unit.evidence));
  }
}

function toFinding({ suspect, tally, decision }: Defendant): Finding {
  const { counts } = tally;
  const runs =
    counts.baselinePassed + counts.baselineFailed + counts.candidatePassed + counts.candidateFailed;
  const confirmed: ConfirmCounts = { ...counts, p: fisher(counts) };
  return {
    ...suspect.seen,
    kind: decision?.kind ?? 'unconfirmed',
    because: decision?.because ?? (runs === 0 ? notRerun : 'its reruns are not over'),
    ...(runs === 0 ? {} : { confirmed }),
  };
}
