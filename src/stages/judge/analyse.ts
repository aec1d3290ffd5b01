import { canonicalJson } from '../../base/canonical-json.ts';
import { invariant } from '../../base/invariant.ts';
import { plural } from '../../base/text.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import { runItself } from '../../model/observation.ts';
import type { TrialRequest } from '../../model/trial.ts';
import { verdictOfFinding } from '../../model/verdict.ts';
import { dayOf } from '../../model/waiver.ts';
import { confirm, postpone } from './confirm.ts';
import { pairTests, type Paired } from './pair.ts';
import { preflight } from './preflight.ts';
import { forgive, recheck, unsteadySuite, type Recheck } from './recheck.ts';
import { screen, type ReadSides, type Screened } from './screen.ts';
import { stop, type Move, type Stop } from './stop.ts';
import type { Suspect } from './suspect.ts';
import { openUnit, type Unit } from './unit.ts';
import { waive } from './waive.ts';

export interface JudgeOptions {
  /** False for results that somebody else made: no request is ever met, so a suspect stays unconfirmed. */
  readonly canRerun: boolean;
  /** Results that somebody else made, and not the trials of a gate: other commands change the verdict. */
  readonly ofResults?: boolean;
}

/** Everything that the evidence of one unit says, and what it takes to say more. */
export interface UnitAnalysis {
  readonly evidence: Evidence;
  readonly requests: readonly TrialRequest[];
  /** In the order in which the tests came up. */
  readonly findings: readonly Finding[];
  readonly observed: { readonly baseline: number; readonly candidate: number };
  /** Tests that pass in the baseline. */
  readonly passing: number;
  /** Where a finding says whose move it is. */
  readonly move: Move | undefined;
  readonly ofResults: boolean;
}

/** Reads the evidence of a set: the one function behind what to run next and what to conclude. In the order of the input. */
export function analyse(
  evidences: readonly Evidence[],
  { canRerun, ofResults = false }: JudgeOptions,
): readonly UnitAnalysis[] {
  const openings = evidences.map((evidence) => openCase(openUnit(evidence), canRerun));
  requireOneRule(evidences);
  requireDistinctUnits(openings);
  // Holm counts the suspects of the whole set, so all must be known before the first is confirmed.
  const isScreened = openings.every(({ requests }) => requests.length === 0);
  const { requests, findings } = isScreened ? confirm(openings) : postpone(openings);
  return openings.map((opening) => ({
    evidence: opening.unit.evidence,
    requests: canRerun ? [...opening.requests, ...(requests.get(opening.unit) ?? [])] : [],
    findings: waiveIn(opening, findings.get(opening.unit) ?? []),
    observed: opening.observed,
    passing: opening.passing,
    move: opening.move,
    ofResults,
  }));
}

function waiveIn(opening: Opening, confirmed: readonly Finding[]): readonly Finding[] {
  const { unit, findings, paired, passing, observed } = opening;
  const all = [...findings, ...confirmed];
  if (paired === undefined) return all;
  const { mustPass, comparable } = paired;
  const among = unit.evidence.baseline === undefined ? observed.candidate : passing;
  return waive({ evidence: unit.evidence, findings: all, mustPass, comparable, among });
}

interface Opening {
  readonly unit: Unit;
  readonly requests: readonly TrialRequest[];
  readonly findings: readonly Finding[];
  readonly suspects: readonly Suspect[];
  readonly observed: UnitAnalysis['observed'];
  readonly passing: number;
  /** Undefined where it did not come to pairs. */
  readonly paired: Paired | undefined;
  readonly move: Move | undefined;
}

/** Preflight, sentinel, screen, errors and pairs: everything before the first confirming run. */
function openCase(unit: Unit, canRerun: boolean): Opening {
  const gate = preflight(unit);
  if (gate.kind === 'asking')
    return stopped(unit, gate.requests, unfinished(unit, 'its preflight is not over'));
  if (gate.kind === 'stopped') return stopped(unit, [], gate.stop);
  const screened = screen(unit);
  if (canRerun && unit.reused.length > 0 && hasScreens(unit)) {
    const opening = openScreened(unit, screened, canRerun);
    // What an earlier run says may clear the candidate and nothing else: whatever speaks against it, the baseline is
    // asked again, for the world may have changed around both images since.
    return isClear(opening)
      ? opening
      : stopped(unit, unit.reused, unfinished(unit, 'the baseline was not run again yet'));
  }
  return openScreened(unit, screened, canRerun);
}

function openScreened(unit: Unit, screened: Screened, canRerun: boolean): Opening {
  if (screened.kind === 'stopped') return stopped(unit, screened.requests, screened.stop);
  if (canRerun && screened.requests.length > 0) {
    return stopped(unit, screened.requests, unfinished(unit, 'a run that broke was not run again yet'));
  }
  const paired = pairTests(unit.evidence, screened.sides);
  const rechecked = recheck(unit, screened.sides, paired);
  if (canRerun && rechecked.requests.length > 0) {
    const because = 'it was not looked yet whether the baseline runs the same tests each time';
    return stopped(unit, rechecked.requests, unfinished(unit, because));
  }
  return readCase(unit, screened, { paired: forgive(paired, rechecked), rechecked });
}

function hasScreens(unit: Unit): boolean {
  const rounds = Array.from({ length: unit.evidence.rule.screenRuns }, (_, index) => index + 1);
  return unit.sides.every((side) => rounds.every((round) => unit.at('screen', side, round) !== undefined));
}

function isClear({ requests, suspects, findings }: Opening): boolean {
  const isAllowed = findings.every(({ kind }) => verdictOfFinding[kind] === 'promote');
  return requests.length === 0 && suspects.length === 0 && isAllowed;
}

type Read = Screened & { readonly kind: 'read' };

interface PairedCase {
  readonly paired: Paired;
  readonly rechecked: Recheck;
}

function readCase(unit: Unit, { requests, sides }: Read, { paired, rechecked }: PairedCase): Opening {
  const unsteady = unsteadySuite(unit, paired, rechecked);
  const whole = unsteady === undefined ? incomparable(unit, sides, paired) : [unsteady.finding];
  const { breaks } = sides;
  // One finding of the run itself: what leaves nothing to compare before a run that breaks at times, and that before
  // the status that the others end with.
  const blocks = breaks !== undefined && verdictOfFinding[breaks.kind] !== 'promote';
  const isOpen = ({ test }: Pick<Finding, 'test'>): boolean =>
    test !== runItself || (whole.length === 0 && !blocks);
  const suspects = paired.suspects.filter(({ seen }) => isOpen(seen));
  const pairs = paired.findings.filter(isOpen);
  const isTold = [...pairs, ...suspects.map(({ seen }) => seen)].some(({ test }) => test === runItself);
  const ofRun = [
    ...(sides.run === undefined ? whole : [sides.run.finding]),
    ...(breaks === undefined || whole.length > 0 || isTold ? [] : [breaks]),
  ];
  return {
    unit,
    requests,
    findings: [...ofRun, ...pairs],
    suspects,
    observed: { baseline: countSeen(sides, 'baseline'), candidate: countSeen(sides, 'candidate') },
    passing: paired.passing,
    paired,
    move: sides.run?.move ?? misspelt(paired) ?? unsteady?.move,
  };
}

/**
 * Skipped tests compare nothing: at least one must have run on both sides; where that is because all were lost, it is
 * said. And a baseline that runs fewer tests than it did before hides what the candidate may have lost with it.
 */
function incomparable(unit: Unit, { run }: ReadSides, paired: Paired): readonly Finding[] {
  const { evidence } = unit;
  const { comparable, findings, ranBefore } = paired;
  if (run !== undefined) return [];
  const isAbsolute = evidence.baseline === undefined;
  const incomplete = (because: string): Finding =>
    stop({ kind: 'not-comparable', baseline: isAbsolute ? undefined : 'missing', because }).finding;
  const isSaid =
    evidence.rule.lostCoverage === 'block' && findings.some(({ kind }) => kind === 'lost-coverage');
  if (comparable === 0 && !isSaid)
    return [incomplete(isAbsolute ? 'no test ran in the candidate' : 'no test ran on both sides')];
  const { last } = evidence.known;
  if (last === undefined || isAbsolute || ranBefore >= evidence.rule.heldShare * last.ran) return [];
  return [
    incomplete(
      `only ${plural(ranBefore, 'test')} ran in the baseline, and ${last.ran} ran in this very image on ${dayOf(last.at)}`,
    ),
  ];
}

/** Where nothing else that must pass fails, it is the list that is wrong and not the image. */
function misspelt({ unmatched, findings, suspects }: Paired): Move | undefined {
  const failed = findings.filter(({ kind }) => kind === 'must-pass-failed').length;
  const isOnly = failed === unmatched.length && !suspects.some(({ rule }) => rule === 'must-pass');
  return unmatched.length > 0 && isOnly
    ? {
        mover: 'maintainer',
        next: "correct the suite's must-pass in lockkeeper.yaml, then `lockkeeper gate --bundle DIR`",
      }
    : undefined;
}

function countSeen({ tests }: ReadSides, side: 'baseline' | 'candidate'): number {
  let seen = 0;
  for (const [test, { status }] of tests[side]) if (test !== runItself && status !== 'missing') seen += 1;
  return seen;
}

function unfinished({ evidence }: Unit, because: string): Stop {
  const baseline = evidence.baseline === undefined ? undefined : 'missing';
  return stop({ kind: 'not-comparable', baseline, because });
}

function stopped(unit: Unit, requests: readonly TrialRequest[], { finding, move }: Stop): Opening {
  const observed = { baseline: 0, candidate: 0 };
  return { unit, requests, findings: [finding], suspects: [], observed, passing: 0, paired: undefined, move };
}

/** The rule is fixed before the start and equal for all: Holm has one alpha, and no unit gets more tries than another. */
function requireOneRule(evidences: readonly Evidence[]): void {
  const distinct = [...new Set(evidences.map(({ rule }) => rule))];
  const rules = new Set(distinct.length > 1 ? distinct.map((rule) => canonicalJson({ ...rule })) : []);
  invariant(rules.size <= 1, 'the evidence of one set was gathered by different rules');
}

function requireDistinctUnits(openings: readonly Opening[]): void {
  const keys = new Set(openings.map(({ unit }) => unit.key));
  invariant(keys.size === openings.length, 'one unit has two pieces of evidence');
}
