import type { Side, Trial, TrialEnd, TrialRequest, TrialStep } from '../../model/trial.ts';
import { describeEnd, outputOf } from './describe.ts';
import { stop, type Stop } from './stop.ts';
import { requestsOf, type Unit } from './unit.ts';

export type Preflight =
  | { readonly kind: 'passed' }
  | { readonly kind: 'asking'; readonly requests: readonly TrialRequest[] }
  | { readonly kind: 'stopped'; readonly stop: Stop };

const passed: Preflight = { kind: 'passed' };

/** Does a no-op start in both images, candidate first, and does the candidate fail what must fail? */
export function preflight(unit: Unit): Preflight {
  const { preflight: noop, sentinel, baseline } = unit.evidence;
  const checks = [
    ...(noop ? [checkCandidate] : []),
    ...(noop && baseline !== undefined ? [checkBaseline] : []),
    ...(sentinel ? [checkSentinel] : []),
  ];
  for (const check of checks) {
    const result = check(unit);
    if (result.kind !== 'passed') return result;
  }
  return passed;
}

function checkCandidate(unit: Unit): Preflight {
  const answer = ask(unit, { step: 'preflight', side: 'candidate', read: starts });
  if (answer.kind === 'asking' || answer.kind === 'yes') return goOn(answer);
  const { baseline } = unit.evidence;
  const shared = {
    baseline: baseline === undefined ? undefined : ('missing' as const),
    candidate: 'errored' as const,
  };
  const said = describeEnd(answer.last.end);
  const candidateDetail = outputOf(answer.last);
  if (answer.kind === 'no') {
    const because = `the candidate cannot start: a no-op ended ${times(answer.tries)} with ${said}`;
    return { kind: 'stopped', stop: stop({ kind: 'cannot-start', ...shared, because, candidateDetail }) };
  }
  const because = `nobody knows whether the candidate starts: its no-op ended with ${said}`;
  return { kind: 'stopped', stop: stop({ kind: 'infrastructure', ...shared, because, candidateDetail }) };
}

function checkBaseline(unit: Unit): Preflight {
  const answer = ask(unit, { step: 'preflight', side: 'baseline', read: starts });
  if (answer.kind === 'asking' || answer.kind === 'yes') return goOn(answer);
  const shared = {
    baseline: 'errored',
    candidate: 'missing',
    baselineDetail: outputOf(answer.last),
  } as const;
  const said = describeEnd(answer.last.end);
  if (answer.kind === 'unclear') {
    const because = `nobody knows whether the baseline starts: its no-op ended with ${said}`;
    return { kind: 'stopped', stop: stop({ kind: 'infrastructure', ...shared, because }) };
  }
  const because = `the candidate starts and the baseline does not (a no-op ended ${times(answer.tries)} with ${said}), so there is nothing to compare with`;
  const move = {
    mover: 'maintainer',
    next: 'name a baseline that starts in lockkeeper.yaml, then `lockkeeper gate --bundle DIR`',
  } as const;
  return { kind: 'stopped', stop: stop({ kind: 'not-comparable', ...shared, because, move }) };
}

function checkSentinel(unit: Unit): Preflight {
  const answer = ask(unit, { step: 'sentinel', side: 'candidate', read: fails });
  if (answer.kind === 'asking' || answer.kind === 'yes') return goOn(answer);
  const baseline = unit.evidence.baseline === undefined ? undefined : ('missing' as const);
  const candidateDetail = outputOf(answer.last);
  if (answer.kind === 'no') {
    const because =
      'the sentinel, a command that must fail in a sound image, passes in the candidate: its exit statuses mean nothing';
    return {
      kind: 'stopped',
      stop: stop({ kind: 'sentinel-passed', baseline, candidate: 'passed', because, candidateDetail }),
    };
  }
  const because = `the sentinel never came to an exit status in the candidate: it ended with ${describeEnd(answer.last.end)}`;
  return {
    kind: 'stopped',
    stop: stop({ kind: 'infrastructure', baseline, candidate: 'errored', because, candidateDetail }),
  };
}

/** What one try says of the question; `unclear` is neither the image's fault nor its merit. */
type Reading = 'yes' | 'no' | 'unclear';

interface Question {
  readonly step: TrialStep;
  readonly side: Side;
  readonly read: (end: TrialEnd) => Reading;
}

type Answer =
  | { readonly kind: 'asking'; readonly requests: readonly TrialRequest[] }
  | { readonly kind: 'yes' }
  | { readonly kind: 'no' | 'unclear'; readonly tries: number; readonly last: Trial };

/** Asks until the answer is yes, as often as a broken unit is rerun; only a no in every try is a no. */
function ask(unit: Unit, { step, side, read }: Question): Answer {
  const triesMax = Math.max(1, unit.evidence.rule.errorRuns);
  let answer: Answer = { kind: 'asking', requests: [] };
  for (let round = 1; round <= triesMax; round += 1) {
    const last = unit.at(step, side, round);
    if (last === undefined) {
      const requests = requestsOf(unit, { step, round, only: undefined }).filter(
        (each) => each.side === side,
      );
      return { kind: 'asking', requests };
    }
    const kind = read(last.end);
    if (kind === 'yes') return { kind };
    // A command that must fail and passes has said enough: that does not happen by chance.
    if (step === 'sentinel' && kind === 'no') return { kind, tries: round, last };
    if (kind === 'unclear' || answer.kind !== 'unclear') answer = { kind, tries: round, last };
  }
  return answer;
}

function starts(end: TrialEnd): Reading {
  if (end.kind === 'exited') return end.status === 0 ? 'yes' : 'no';
  return end.kind === 'not-started' ? 'no' : 'unclear';
}

function fails(end: TrialEnd): Reading {
  if (end.kind !== 'exited') return 'unclear';
  return end.status === 0 ? 'no' : 'yes';
}

function goOn(answer: Answer & { readonly kind: 'asking' | 'yes' }): Preflight {
  return answer.kind === 'yes' ? passed : { kind: 'asking', requests: answer.requests };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} of ${count} times`;
}
