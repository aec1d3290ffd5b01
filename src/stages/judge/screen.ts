import type { Finding, PairStatus } from '../../model/finding.ts';
import type { TrialRequest } from '../../model/trial.ts';
import { plural } from '../../base/text.ts';
import { describeBroken, outputOf } from './describe.ts';
import {
  breaksOf,
  ownFaults,
  repairRuns,
  repairTests,
  type BothSides,
  type RepairedRuns,
  type WholeRuns,
} from './errors.ts';
import { gather, type SideTests } from './side-tests.ts';
import { stop, type Stop } from './stop.ts';
import { requestsOf, type Unit } from './unit.ts';

/** What the screen and the errors step came to. */
export type Screened =
  /** Both sides can be paired; a candidate that broke each time with what its broken runs showed. */
  | { readonly kind: 'read'; readonly requests: readonly TrialRequest[]; readonly sides: ReadSides }
  /** Not yet, or not at all, comparable. */
  | { readonly kind: 'stopped'; readonly requests: readonly TrialRequest[]; readonly stop: Stop };

export interface ReadSides {
  readonly tests: BothSides<SideTests>;
  /** What is to be said of the run itself; then its tests are not run again. */
  readonly run: Stop | undefined;
  /** The run broke at times, and its tests are judged by those that did not. */
  readonly breaks: Finding | undefined;
}

/** Runs both sides, and again where harness or engine broke. */
export function screen(unit: Unit): Screened {
  const { screenRuns } = unit.evidence.rule;
  const rounds = Array.from({ length: screenRuns }, (_, index) => index + 1);
  const requests = rounds.flatMap((round) => requestsOf(unit, { step: 'screen', round, only: undefined }));
  if (requests.length > 0) {
    const because = 'the suite has not been run as often as the rule asks for';
    return {
      kind: 'stopped',
      requests,
      stop: stop({ kind: 'not-comparable', baseline: absentBaseline(unit), because }),
    };
  }
  const repaired = repairRuns(unit);
  const { sides } = repaired;
  const lacking = unit.sides.filter((side) => sides[side].clean.length === 0);
  if (lacking.length === 0) {
    if (repaired.requests.length > 0) return asking(unit, repaired);
    const { requests: testRequests, tests } = repairTests(unit, repaired);
    const breaks = breaksFinding(unit, sides);
    return { kind: 'read', requests: testRequests, sides: { tests, run: undefined, breaks } };
  }
  const candidateOnly = unit.evidence.baseline !== undefined && !lacking.includes('baseline');
  const run = candidateOnly ? brokenCandidate(unit, repaired) : brokenUnit(unit, sides);
  if (run.finding.kind === 'infrastructure')
    return { kind: 'stopped', requests: repaired.requests, stop: run };
  const tests = {
    baseline: gather(sides.baseline.clean, 'baseline', 'left out'),
    candidate: gather(ownFaults(sides.candidate), 'candidate', 'left out'),
  };
  return { kind: 'read', requests: repaired.requests, sides: { tests, run, breaks: undefined } };
}

/**
 * The candidate has no clean run and the baseline has one. A broken image shows itself in this way, so as many broken
 * runs as the rule reruns convict; those that the engine broke never do.
 */
function brokenCandidate(unit: Unit, { sides: { baseline, candidate }, requests }: RepairedRuns): Stop {
  const { errorRuns } = unit.evidence.rule;
  const faults = ownFaults(candidate);
  const isRerun = errorRuns > 0 && faults.length >= errorRuns;
  // Stored results are all there is; what they lack is lost, but nobody has seen it break twice.
  const unheard = requests.length > 0 && faults.length > 0 ? 'unconfirmed' : 'infrastructure';
  const last = faults.at(-1) ?? candidate.broken.at(-1);
  const said = last === undefined ? 'it was not run' : describeBroken(last);
  return stop({
    kind: isRerun ? 'regressed' : unheard,
    baseline: baseline.clean.some(({ end }) => end.kind === 'exited' && end.status === 0)
      ? 'passed'
      : 'failed',
    candidate: 'errored',
    because: `no run of the suite comes to an end in the candidate (${runsOf(candidate.broken.length)}), and one does in the baseline: ${said}`,
    candidateDetail: last === undefined ? undefined : outputOf(last),
  });
}

/** The baseline has no clean run, or there is none and the candidate has no clean run. */
function brokenUnit(unit: Unit, { baseline, candidate }: BothSides<WholeRuns>): Stop {
  const [baselineLast, candidateLast] = [baseline.broken.at(-1), candidate.broken.at(-1)];
  const where =
    baselineLast === undefined
      ? 'the candidate'
      : candidate.clean.length > 0
        ? 'the baseline'
        : 'either image';
  const shown = baselineLast ?? candidateLast;
  return stop({
    kind: 'infrastructure',
    baseline: baselineLast === undefined ? absentBaseline(unit) : 'errored',
    candidate: candidate.clean.length > 0 ? 'passed' : 'errored',
    because: `no run of the suite comes to an end in ${where} (${runsOf(baseline.broken.length + candidate.broken.length)})${shown === undefined ? '' : `: ${describeBroken(shown)}`}`,
    baselineDetail: baselineLast === undefined ? undefined : outputOf(baselineLast),
    candidateDetail: candidateLast === undefined ? undefined : outputOf(candidateLast),
  });
}

/** The candidate broke, has whole runs as well, and is not cleared yet. */
function asking(unit: Unit, { requests, sides }: RepairedRuns): Screened {
  const last = sides.candidate.broken.at(-1);
  const because = `the run broke in the candidate and was not run again as often as it takes${last === undefined ? '' : `: ${describeBroken(last)}`}`;
  const { finding } = stop({
    kind: 'unconfirmed',
    baseline: ranBaseline(unit),
    candidate: 'errored',
    because,
  });
  return { kind: 'stopped', requests, stop: { finding } };
}

function breaksFinding(unit: Unit, sides: BothSides<WholeRuns>): Finding | undefined {
  const breaks = breaksOf(sides, unit.evidence.rule);
  const last = ownFaults(sides.candidate).at(-1);
  if (breaks === 'settled' || last === undefined) return undefined;
  const [before, after] = [ownFaults(sides.baseline).length, ownFaults(sides.candidate).length];
  const counted = `the run broke ${times(after)} in the candidate and ${before === 0 ? 'never' : times(before)} in the baseline`;
  return stop({
    kind: breaks === 'on both' ? 'flaky-on-both' : 'newly-flaky',
    baseline: ranBaseline(unit),
    candidate: 'errored',
    because: `${unit.evidence.baseline === undefined ? `the run broke ${times(after)} and was whole at other times` : counted}: ${describeBroken(last)}`,
    candidateDetail: outputOf(last),
  }).finding;
}

function ranBaseline(unit: Unit): PairStatus | undefined {
  return unit.evidence.baseline === undefined ? undefined : 'passed';
}

function times(count: number): string {
  return count === 1 ? 'once' : plural(count, 'time');
}

function absentBaseline(unit: Unit): PairStatus | undefined {
  return unit.evidence.baseline === undefined ? undefined : 'missing';
}

function runsOf(count: number): string {
  return `${plural(count, 'run')} ${count === 1 ? 'was' : 'were'} broken`;
}
