import { canonicalJson } from '../../base/canonical-json.ts';
import { invariant } from '../../base/invariant.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import { runItself } from '../../model/observation.ts';
import type { TrialRequest } from '../../model/trial.ts';
import { confirm, postpone } from './confirm.ts';
import { pairTests, type Paired } from './pair.ts';
import { preflight } from './preflight.ts';
import { screen, type ReadSides, type Screened } from './screen.ts';
import { stop, type Move, type Stop } from './stop.ts';
import type { Suspect } from './suspect.ts';
import { openUnit, type Unit } from './unit.ts';

export interface JudgeOptions {
  /** False for stored results: no request is ever met, so a suspect stays unconfirmed. */
  readonly canRerun: boolean;
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
}

/** Reads the evidence of a set: the one function behind what to run next and what to conclude. In the order of the input. */
export function analyse(evidences: readonly Evidence[], { canRerun }: JudgeOptions): readonly UnitAnalysis[] {
  const openings = evidences.map((evidence) => openCase(openUnit(evidence), canRerun));
  requireOneRule(evidences);
  requireDistinctUnits(openings);
  // Holm counts the suspects of the whole set, so all must be known before the first is confirmed.
  const isScreened = openings.every(({ requests }) => requests.length === 0);
  const { requests, findings } = isScreened ? confirm(openings) : postpone(openings);
  return openings.map((opening) => ({
    evidence: opening.unit.evidence,
    requests: canRerun ? [...opening.requests, ...(requests.get(opening.unit) ?? [])] : [],
    findings: [...opening.findings, ...(findings.get(opening.unit) ?? [])],
    observed: opening.observed,
    passing: opening.passing,
    move: opening.move,
  }));
}

interface Opening {
  readonly unit: Unit;
  readonly requests: readonly TrialRequest[];
  readonly findings: readonly Finding[];
  readonly suspects: readonly Suspect[];
  readonly observed: UnitAnalysis['observed'];
  readonly passing: number;
  readonly move: Move | undefined;
}

/** Preflight, sentinel, screen, errors and pairs: everything before the first confirming run. */
function openCase(unit: Unit, canRerun: boolean): Opening {
  const gate = preflight(unit);
  if (gate.kind === 'asking')
    return stopped(unit, gate.requests, unfinished(unit, 'its preflight is not over'));
  if (gate.kind === 'stopped') return stopped(unit, [], gate.stop);
  const screened = screen(unit);
  if (screened.kind === 'stopped') return stopped(unit, screened.requests, screened.stop);
  if (canRerun && screened.requests.length > 0) {
    return stopped(unit, screened.requests, unfinished(unit, 'a run that broke was not run again yet'));
  }
  return readCase(unit, screened);
}

function readCase(unit: Unit, { requests, sides }: Screened & { readonly kind: 'read' }): Opening {
  const paired = pairTests(unit.evidence, sides);
  const ofRun = [
    ...(sides.run === undefined ? [] : [sides.run.finding]),
    ...incomparable(unit, sides, paired),
  ];
  return {
    unit,
    requests,
    findings: [...ofRun, ...paired.findings],
    suspects: paired.suspects,
    observed: { baseline: countSeen(sides, 'baseline'), candidate: countSeen(sides, 'candidate') },
    passing: paired.passing,
    move: sides.run?.move ?? misspelt(paired),
  };
}

/** Skipped tests compare nothing: at least one must have run on both sides. Where that is because all were lost, it is said. */
function incomparable(
  { evidence }: Unit,
  { run }: ReadSides,
  { comparable, findings }: Paired,
): readonly Finding[] {
  const isSaid =
    evidence.rule.lostCoverage === 'block' && findings.some(({ kind }) => kind === 'lost-coverage');
  if (comparable > 0 || run !== undefined || isSaid) return [];
  const isAbsolute = evidence.baseline === undefined;
  const because = isAbsolute ? 'no test ran in the candidate' : 'no test ran on both sides';
  return [stop({ kind: 'not-comparable', baseline: isAbsolute ? undefined : 'missing', because }).finding];
}

/** Where nothing else that must pass fails, it is the list that is wrong and not the image. */
function misspelt({ unmatched, findings, suspects }: Paired): Move | undefined {
  const failed = findings.filter(({ kind }) => kind === 'must-pass-failed').length;
  const isOnly = failed === unmatched.length && !suspects.some(({ rule }) => rule === 'must-pass');
  return unmatched.length > 0 && isOnly
    ? {
        mover: 'maintainer',
        next: "correct the suite's mustPass in lockkeeper.yaml, then `lockkeeper gate --bundle DIR`",
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
  return { unit, requests, findings: [finding], suspects: [], observed, passing: 0, move };
}

/** The rule is fixed before the start and equal for all: Holm has one alpha, and no unit gets more tries than another. */
function requireOneRule(evidences: readonly Evidence[]): void {
  const rules = new Set(evidences.map(({ rule }) => canonicalJson({ ...rule })));
  invariant(rules.size <= 1, 'the evidence of one set was gathered by different rules');
}

function requireDistinctUnits(openings: readonly Opening[]): void {
  const keys = new Set(openings.map(({ unit }) => unit.key));
  invariant(keys.size === openings.length, 'one unit has two pieces of evidence');
}
