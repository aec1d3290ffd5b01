import { unreachable } from '../../base/invariant.ts';
import { plural } from '../../base/text.ts';
import type { Finding, FindingKind, PairStatus } from '../../model/finding.ts';
import { runItself, type TestId } from '../../model/observation.ts';
import type { Evidence } from '../../model/evidence.ts';
import { quoted } from './describe.ts';
import { isErrorSettled } from './errors.ts';
import { mustPassTests, unmatchedFinding } from './must-pass.ts';
import { pairOutcome } from './pair-table.ts';
import type { ReadSides } from './screen.ts';
import { missingTest, type SideTest } from './side-tests.ts';
import type { Suspect, SuspectRule } from './suspect.ts';

export interface Paired {
  readonly findings: readonly Finding[];
  readonly suspects: readonly Suspect[];
  /** Tests that pass in the baseline. */
  readonly passing: number;
  /** Tests that ran, with whatever result, on both sides; on the candidate's where there is no baseline. */
  readonly comparable: number;
  /** Tests that ran, with whatever result, in the baseline. */
  readonly ranBefore: number;
  /** Tests that must pass. */
  readonly mustPass: ReadonlySet<TestId>;
  /** Globs of tests that must pass and that no test is called by. */
  readonly unmatched: readonly string[];
}

interface Pair {
  readonly test: TestId;
  readonly baseline: SideTest;
  readonly candidate: SideTest;
}

type Outcome = Suspect | Finding;

/** Takes every test of either side through the pair table. */
export function pairTests(evidence: Evidence, sides: ReadSides): Paired {
  const mustPass = mustPassTests(evidence.mustPass, sides);
  const hasBaseline = evidence.baseline !== undefined;
  const findings: Finding[] = mustPass.unmatched.map((glob) => unmatchedFinding(glob, hasBaseline));
  const suspects: Suspect[] = [];
  let [passing, comparable, ranBefore] = [0, 0, 0];
  for (const pair of pairsOf(sides)) {
    if (pair.test !== runItself) {
      passing += pair.baseline.status === 'passed' ? 1 : 0;
      ranBefore += ran(pair.baseline) ? 1 : 0;
      comparable += ran(pair.candidate) && (ran(pair.baseline) || !hasBaseline) ? 1 : 0;
    } else if (pair.baseline.status !== 'failed' && pair.candidate.status !== 'failed') {
      const changed = changedStatus(evidence, pair);
      if (changed !== undefined) findings.push(changed);
      continue;
    }
    const outcome = judgePair(evidence, pair, mustPass.tests.has(pair.test));
    if ('rule' in outcome) suspects.push(outcome);
    else findings.push(outcome);
  }
  const counted = { passing, comparable, ranBefore, mustPass: mustPass.tests, unmatched: mustPass.unmatched };
  if (sides.run === undefined) return { ...counted, findings, suspects };
  const because = 'it failed in a run that did not come to its end, and is not run again';
  const unheard = suspects.map(({ seen }): Finding => ({ ...seen, kind: 'unconfirmed', because }));
  return { ...counted, findings: [...findings, ...unheard], suspects: [] };
}

function* pairsOf({ tests: { baseline, candidate } }: ReadSides): Generator<Pair> {
  for (const [test, side] of baseline)
    yield { test, baseline: side, candidate: candidate.get(test) ?? missingTest };
  for (const [test, side] of candidate) {
    if (!baseline.has(test)) yield { test, baseline: missingTest, candidate: side };
  }
}

/** Failing tests explain either status of the command, but not that there are two. */
function changedStatus(evidence: Evidence, pair: Pair): Finding | undefined {
  const [before, after] = [pair.baseline.observation?.detail, pair.candidate.observation?.detail];
  if (before === undefined || after === undefined || before === after) return undefined;
  const because = `tests fail on both sides, and the command ended with ${before} in the baseline and with ${after} in the candidate`;
  return { ...seenIn(evidence, pair), kind: 'changed-failure', because };
}

function ran({ status }: SideTest): boolean {
  return status === 'passed' || status === 'failed';
}

function judgePair(evidence: Evidence, pair: Pair, mustPass: boolean): Outcome {
  const { baseline, candidate } = pair;
  const finding = (kind: FindingKind, because: string): Finding => ({
    ...seenIn(evidence, pair),
    kind,
    because,
  });
  const suspect = (rule: SuspectRule): Suspect => ({ rule, seen: seenIn(evidence, pair) });
  if (mustPass) {
    if (candidate.status === 'failed') return suspect('must-pass');
    if (candidate.status === 'skipped' || candidate.status === 'missing') {
      return finding('must-pass-failed', `it must pass, and ${candidateState(candidate)}`);
    }
  }
  // Stopped before on either side, or gone when its error was: there is nothing to look up.
  if (baseline.status === 'missing' && candidate.status === 'missing')
    return finding('same', 'it ran on neither side');
  const outcome = pairOutcome(baseline.status, candidate.status);
  if (outcome === 'same' || outcome === 'gained') {
    const flaky = errorsAtTimes(evidence, pair);
    if (flaky !== undefined) return flaky;
  }
  switch (outcome) {
    case 'suspect':
      return suspect('pair');
    case 'new-failing':
      return evidence.baseline === undefined
        ? suspect('absolute')
        : finding('new-failing', 'it fails in the candidate, and the baseline does not have it');
    case 'still-failing':
      return stillFailing(evidence, pair, finding);
    case 'errors-step':
      return errorsOutcome(evidence, pair, mustPass);
    case 'lost-coverage':
      return finding(outcome, `it passes in the baseline, and ${candidateState(candidate)}`);
    case 'lost-failing':
      return finding(outcome, `it fails in the baseline, and ${candidateState(candidate)}`);
    case 'same':
    case 'fixed':
    case 'gained':
      return finding(outcome, plainReasons[outcome](baseline.status, candidate.status));
    default:
      return unreachable(outcome);
  }
}

const plainReasons = {
  same: (baseline: PairStatus, candidate: PairStatus) =>
    baseline === candidate
      ? `${baseline} on both sides`
      : `${baseline} in the baseline, ${candidate} in the candidate`,
  fixed: () => 'it fails in the baseline and passes in the candidate',
  gained: (baseline: PairStatus) =>
    `it passes in the candidate, and ${baseline === 'skipped' ? 'is skipped in the baseline' : 'was not there before'}`,
};

function stillFailing(
  { oneBit }: Evidence,
  { baseline, candidate }: Pair,
  finding: (kind: FindingKind, because: string) => Finding,
): Finding {
  if (oneBit)
    return finding('not-comparable', 'it fails on both sides, and one exit status hides any new failure');
  const [before, after] = [baseline.observation?.signature, candidate.observation?.signature];
  return before === undefined || after === undefined || before === after
    ? finding('still-failing', 'it fails on both sides')
    : finding('changed-failure', 'it fails on both sides, but otherwise than before');
}

/**
 * What is left when the errors step is over. An error is neither a pass nor a failure, but an image that is broken
 * shows itself as a set-up that fails on its side only, each time.
 */
function errorsOutcome(evidence: Evidence, pair: Pair, mustPass: boolean): Finding {
  const { baseline, candidate } = pair;
  const finding = (kind: FindingKind, because: string): Finding => ({
    ...seenIn(evidence, pair),
    kind,
    because,
  });
  const { errorRuns } = evidence.rule;
  const isLasting = ({ erroredRuns }: SideTest): boolean => errorRuns > 0 && erroredRuns >= errorRuns;
  if (candidate.status === 'errored' && evidence.baseline === undefined) {
    return finding(
      'infrastructure',
      `it errors instead of passing or failing (${plural(candidate.erroredRuns, 'run')})`,
    );
  }
  if (candidate.status === 'errored' && baseline.status === 'errored') {
    // Even the same error each time is no result: a harness that is broken everywhere tells nothing of the image.
    const sameError = baseline.observation?.signature === candidate.observation?.signature;
    return finding(
      'infrastructure',
      `it errors on both sides, with ${sameError ? 'the same' : 'another'} error`,
    );
  }
  if (candidate.status === 'errored') {
    const runs = plural(candidate.erroredRuns, 'run');
    // Whatever a rerun showed, nothing that worked would be lost.
    if (baseline.status === 'failed' && !mustPass) {
      return finding('changed-failure', `it fails in the baseline, and errors in the candidate (${runs})`);
    }
    if (!isLasting(candidate)) {
      return finding('unconfirmed', `it errors in the candidate only, in ${runs}; too few to be sure`);
    }
    const because = `it errors in the candidate each time (${runs}) and never in the baseline, where it is ${baseline.status}`;
    return finding(mustPass ? 'must-pass-failed' : 'regressed', because);
  }
  if (candidate.status === 'passed')
    return finding('fixed', 'it errors in the baseline and passes in the candidate');
  // Nobody saw it pass, so nothing is lost; but only an error that lasts is a state of the baseline.
  return candidate.status !== 'failed' && isLasting(baseline)
    ? finding('lost-failing', `it errors in the baseline each time, and ${candidateState(candidate)}`)
    : finding(
        'infrastructure',
        `it errors in the baseline, so there is nothing to compare with; the candidate's is ${candidate.status}`,
      );
}

/** A test of the candidate that errored, and whose results since are too few to outweigh that. */
function errorsAtTimes(evidence: Evidence, pair: Pair): Finding | undefined {
  const { baseline, candidate } = pair;
  if (isErrorSettled(baseline, candidate, evidence.rule)) return undefined;
  const runs = `${plural(candidate.erroredRuns, 'run')} of the candidate`;
  const because =
    evidence.baseline === undefined
      ? `it errors in ${runs}, and does not in others`
      : `it errors in ${runs} and never in the baseline, and does not in others`;
  return { ...seenIn(evidence, pair), kind: 'newly-flaky', because };
}

function candidateState({ status, observation }: SideTest): string {
  const reason = observation?.detail === undefined ? '' : `: ${quoted(observation.detail)}`;
  if (observation?.status === 'precluded') return `the suite stopped before it in the candidate${reason}`;
  return status === 'skipped' ? `is skipped in the candidate${reason}` : 'does not run in the candidate';
}

function seenIn(evidence: Evidence, { test, baseline, candidate }: Pair): Suspect['seen'] {
  const [before, after] = [baseline.observation?.detail, candidate.observation?.detail];
  return {
    test,
    baseline: evidence.baseline === undefined ? undefined : baseline.status,
    candidate: candidate.status,
    ...(before === undefined ? {} : { baselineDetail: before }),
    ...(after === undefined ? {} : { candidateDetail: after }),
  };
}
