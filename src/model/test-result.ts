import { sourceOf } from './image-comparison.ts';
import { digestSet, resourceJson, type Resource, type Statement } from './statement.ts';
import type { Evidence } from './evidence.ts';
import type { ObservedStatus, TestId } from './observation.ts';
import type { Side, Trial } from './trial.ts';

/** in-toto/attestation, spec/predicates/test-result.md, v0.1. */
const testResultType = 'https://in-toto.io/attestation/test-result/v0.1';

export interface TestResultOrder {
  readonly evidence: Evidence;
  readonly side: Side;
  /** The evidence as it is stored. */
  readonly stored: Resource;
}

/**
 * What one side's runs came to; undefined where that side has no image. A test passed when it passed in each run that it
 * ran in, is warned of when it both passed and failed, and failed when it never passed. What never ran is not listed.
 */
export function testResult({ evidence, side, stored }: TestResultOrder): Statement | undefined {
  const image = evidence[side];
  if (image === undefined) return undefined;
  const runs = evidence.trials.filter((trial) => trial.side === side && isOfSuite(trial));
  const lists = sort(runs);
  return {
    predicateType: testResultType,
    subject: { name: evidence.image, digest: digestSet(image), annotations: { platform: evidence.platform } },
    predicate: {
      result: resultOf(runs, lists),
      configuration: [...configurationOf(evidence), stored].map(resourceJson),
      ...lists,
    },
  };
}

interface Lists {
  readonly passedTests: readonly string[];
  readonly warnedTests: readonly string[];
  readonly failedTests: readonly string[];
}

function isOfSuite({ step }: Trial): boolean {
  return step !== 'preflight' && step !== 'sentinel';
}

const passes: Readonly<Record<ObservedStatus, boolean | undefined>> = {
  passed: true,
  failed: false,
  errored: false,
  skipped: undefined,
  precluded: undefined,
};

function sort(runs: readonly Trial[]): Lists {
  const seen = new Map<TestId, { passed: boolean; failed: boolean }>();
  for (const { id, status, flaked } of runs.flatMap(({ observations }) => observations)) {
    const passed = passes[status];
    if (passed === undefined) continue;
    const state = seen.get(id) ?? { passed: false, failed: false };
    state.passed ||= passed;
    // The harness saw it fail before it passed.
    state.failed ||= !passed || flaked === true;
    seen.set(id, state);
  }
  const named = (passed: boolean, failed: boolean): readonly string[] =>
    [...seen].filter(([, state]) => state.passed === passed && state.failed === failed).map(([id]) => id);
  return { passedTests: named(true, false), warnedTests: named(true, true), failedTests: named(false, true) };
}

/** A run that did not end well, or that left half a report, is no pass, whatever its tests said. */
function resultOf(
  runs: readonly Trial[],
  { warnedTests, failedTests }: Lists,
): 'PASSED' | 'WARNED' | 'FAILED' {
  const whole = runs.filter(({ only }) => only === undefined);
  const bad = whole.filter(
    ({ end, report }) => end.kind !== 'exited' || end.status !== 0 || report.kind === 'broken',
  );
  if (failedTests.length > 0 || bad.length === whole.length) return 'FAILED';
  return warnedTests.length > 0 || bad.length > 0 ? 'WARNED' : 'PASSED';
}

/** What ran: the suite, and the source that its tests were copied from. */
function configurationOf(evidence: Evidence): readonly Resource[] {
  const { suite, suiteDigest } = evidence;
  return [{ name: `suite ${suite}`, digest: digestSet(suiteDigest) }, ...sourceOf(evidence)];
}
