import { plural } from '../../base/text.ts';
import type { Finding, FindingKind } from '../../model/finding.ts';
import type { UnitAnalysis } from './analyse.ts';

export interface SuiteFacts extends UnitAnalysis {
  /** Those that no waiver excuses. */
  readonly byKind: ReadonlyMap<FindingKind, readonly Finding[]>;
  readonly waived: readonly Finding[];
}

/** Says how many tests are of a kind; never called without a test. */
type Phrase = (tests: readonly Finding[], facts: SuiteFacts) => string;

/** For each kind, what a sentence says of its tests. What is said of the run itself is the finding's own `because`. */
export const phrases: Readonly<Record<FindingKind, Phrase>> = {
  'sentinel-passed': (tests) => `${plural(tests.length, 'command')} that must fail passed`,
  'must-pass-failed': (tests) =>
    `${plural(tests.length, 'test')} that must pass ${verb(tests, 'is', 'are')} not seen to pass in the candidate`,
  'cannot-start': (tests) => `${plural(tests.length, 'test')} cannot start in the candidate`,
  regressed: (tests, facts) =>
    tests.every(({ baseline }) => baseline === 'passed')
      ? `${amongPassing(tests, facts)} ${verb(tests, 'fails', 'fail')} in the candidate`
      : `${plural(tests.length, 'test')} ${verb(tests, 'fails', 'fail')} in the candidate and not in the baseline`,
  'lost-coverage': (tests, facts) =>
    `${amongPassing(tests, facts)} ${verb(tests, 'does', 'do')} not run in the candidate`,
  infrastructure: (tests) =>
    `harness or engine broke ${plural(tests.length, 'test')}, so that nothing can be said of ${verb(tests, 'it', 'them')}`,
  'not-comparable': (tests) =>
    `${plural(tests.length, 'test')} cannot be compared, for one exit status that is bad on both sides hides any new failure`,
  unconfirmed: (tests, { evidence }) => {
    const isRerun = evidence.trials.some(({ step }) => step === 'confirm' || step === 'errors');
    const why = isRerun ? 'reruns told too little' : 'nothing was run again';
    return `${plural(tests.length, 'regression')} ${verb(tests, 'is', 'are')} unconfirmed, for ${why}`;
  },
  'newly-flaky': (tests) =>
    `${plural(tests.length, 'test')} ${verb(tests, 'fails', 'fail')} now and then in the candidate, but not clearly more often than in the baseline`,
  'new-failing': (tests, { evidence, observed }) =>
    evidence.baseline === undefined
      ? `there is no baseline, so every test must pass, and ${tests.length} of ${plural(observed.candidate, 'test')} ${verb(tests, 'fails', 'fail')}`
      : `${plural(tests.length, 'test')} that the baseline does not have ${verb(tests, 'fails', 'fail')} in the candidate`,
  'lost-failing': (tests) =>
    `${tests.length} that did not pass ${verb(tests, 'does', 'do')} not run any more`,
  'changed-failure': (tests) => `${tests.length} ${verb(tests, 'fails', 'fail')} otherwise than before`,
  'known-flaky': (tests) => `${tests.length} ${verb(tests, 'is', 'are')} known to be flaky`,
  'flaky-on-both': (tests) => `${tests.length} ${verb(tests, 'is', 'are')} flaky on both sides`,
  'still-failing': (tests) => `${tests.length} ${verb(tests, 'fails', 'fail')} on both sides`,
  fixed: (tests) => `${tests.length} ${verb(tests, 'is', 'are')} fixed`,
  gained: (tests) => `${tests.length} ${verb(tests, 'is', 'are')} gained`,
  same: (tests) => `${tests.length} ${verb(tests, 'is', 'are')} the same`,
};

function amongPassing(tests: readonly Finding[], { passing }: SuiteFacts): string {
  return `${tests.length} of ${passingTests(passing)}`;
}

/** `317 tests that pass in the baseline`. */
export function passingTests(passing: number): string {
  return `${plural(passing, 'test')} that ${passing === 1 ? 'passes' : 'pass'} in the baseline`;
}

function verb(tests: readonly Finding[], singular: string, several: string): string {
  return tests.length === 1 ? singular : several;
}
