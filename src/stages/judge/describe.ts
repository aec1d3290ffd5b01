import { unreachable } from '../../base/invariant.ts';
import { limits } from '../../base/limits.ts';
import { clip, plural, visibleLine } from '../../base/text.ts';
import type { TestId } from '../../model/observation.ts';
import type { Trial, TrialEnd } from '../../model/trial.ts';

// A sentence holds at most this much of what others wrote.
const quoteCharsMax = 160;

/** Text from outside, fit for a sentence. */
export function quoted(text: string): string {
  return clip(visibleLine(text.slice(0, 4 * quoteCharsMax)), quoteCharsMax);
}

export function describeTest(test: TestId): string {
  return quoted(test);
}

/** For "it ended with …". */
export function describeEnd(end: TrialEnd): string {
  switch (end.kind) {
    case 'exited':
      return `exit status ${end.status}`;
    case 'not-started':
      return `a command that could not be started (${quoted(end.message)})`;
    case 'timed-out':
      return `a time-out after ${plural(Math.round(end.afterMs / 1000), 'second')}`;
    case 'out-of-memory':
      return 'its memory used up';
    case 'out-of-disk':
      return 'its disk space used up';
    case 'engine-error':
      return `an error of the engine (${quoted(end.message)})`;
    default:
      return unreachable(end);
  }
}

/** Why a run left nothing that could be judged. */
export function describeBroken(trial: Trial): string {
  if (trial.end.kind !== 'exited' || trial.report.kind === 'complete') return describeEnd(trial.end);
  return `${describeEnd(trial.end)} and a report that is not whole (${quoted(trial.report.why)})`;
}

/** The end of what a run wrote: that is where a failure is explained. */
export function outputOf(trial: Trial): string | undefined {
  const text = trial.output.tail === '' ? trial.output.head : trial.output.tail;
  const cut = text.trim().slice(-limits.failureDetailCharsMax);
  return cut === '' ? undefined : cut;
}
