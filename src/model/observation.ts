/**
 * Names one test of a suite over all runs: file, class and name as far as the report tells them, joined by ` › `,
 * with ` #2`, ` #3` where the same name repeats within one run. What is not distinguishable in a report is
 * distinguished by its order; no test is ever dropped.
 */
export type TestId = string & { readonly __brand: 'TestId' };

/** The id of the run itself: it is errored when the run left no complete report. No test of a report is called so. */
export const runItself = asTestId('(the run itself)');

export interface TestParts {
  readonly file?: string;
  readonly class?: string;
  readonly name: string;
}

/** What one test did in one trial. `missing` is not seen in a trial: it comes up when two sides are compared. */
export type ObservedStatus =
  /** It ran and its expectations held. */
  | 'passed'
  /** It ran and an expectation did not hold. */
  | 'failed'
  /** It chose not to run. */
  | 'skipped'
  /** The harness or the engine broke, not the test: set-up, collection, time-out, lost container. */
  | 'errored'
  /** The suite stopped before it. */
  | 'precluded';

export interface Observation {
  readonly id: TestId;
  readonly parts: TestParts;
  readonly status: ObservedStatus;
  /** Failed or errored: the failure's first line without what varies from run to run; equal means "the same failure". */
  readonly signature?: string;
  /** Failed or errored: what the report says, cut to `failureDetailCharsMax`. Skipped: the reason. Hostile text. */
  readonly detail?: string;
  /** It passed only after the harness itself ran it again. */
  readonly flaked?: boolean;
  readonly seconds?: number;
}

/** Makes ids in the order of a report, numbering those that repeat. One instance a trial. */
export class TestNamer {
  readonly #seen = new Map<string, number>();

  name(parts: TestParts): TestId {
    const base = [parts.file, parts.class, parts.name]
      .filter((part) => part !== undefined && part !== '')
      .join(' › ');
    let ordinal = (this.#seen.get(base) ?? 0) + 1;
    let id = ordinal === 1 && base !== runItself ? base : `${base} #${ordinal}`;
    // A test that is literally called "x #2" beside two tests called "x": number on until the id is free.
    while (id !== base && this.#seen.has(id)) id = `${base} #${(ordinal += 1)}`;
    this.#seen.set(base, ordinal);
    if (id !== base) this.#seen.set(id, 1);
    return asTestId(id);
  }
}

/** For ids that were made by {@link TestNamer} before: those in stored evidence. */
export function asTestId(id: string): TestId {
  return id as TestId;
}
