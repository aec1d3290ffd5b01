import { describeFailure, describeSkip, type Outcome, type TestPartsRead } from './observation-list.ts';
import type { FailureText } from './signature.ts';

/** Elements that say how a test ended. */
const problemElements = [
  'failure',
  'error',
  'skipped',
  // surefire: it failed and passed when it was run again / it failed in each rerun as well.
  'flakyFailure',
  'flakyError',
  'rerunFailure',
  'rerunError',
] as const;

export type ProblemElement = (typeof problemElements)[number];

export interface Problem extends FailureText {
  readonly element: ProblemElement;
}

export function isProblemElement(name: string): name is ProblemElement {
  return problemNames.has(name);
}

const problemNames: ReadonlySet<string> = new Set(problemElements);

/** One `<testcase>` while it is read. The worst of what it holds counts: failed, errored, skipped, passed. */
export class JunitCase {
  readonly parts: TestPartsRead;
  readonly #seconds: number | undefined;
  readonly #statusAttribute: 'failed' | 'skipped' | undefined;
  #failed: Problem | undefined;
  #errored: Problem | undefined;
  #skipped: Problem | undefined;
  #flaked = false;
  #breaksAtTeardown = false;

  constructor(parts: TestPartsRead, attributes: Readonly<Record<string, string>>) {
    this.parts = parts;
    this.#seconds = secondsOf(attributes['time']);
    this.#statusAttribute = statusOf(attributes['status'] ?? attributes['result'], attributes['result']);
  }

  /** Nothing but an error of the clean-up: pytest says so in an element of its own when the test itself had failed. */
  get isTeardownOnly(): boolean {
    return this.#breaksAtTeardown && this.#failed === undefined && this.#skipped === undefined;
  }

  /** It fails by an attribute alone. */
  get failsByAttribute(): boolean {
    return this.#statusAttribute === 'failed' && this.#failed === undefined && this.#errored === undefined;
  }

  take(problem: Problem): void {
    switch (problem.element) {
      case 'skipped':
        this.#skipped ??= problem;
        break;
      case 'flakyFailure':
      case 'flakyError':
        this.#flaked = true;
        break;
      case 'failure':
      case 'error':
        if (isHarness(problem, this.parts)) {
          this.#errored ??= problem;
          this.#breaksAtTeardown ||= teardown.test(problem.message);
          break;
        }
        this.#failed ??= problem;
        break;
      case 'rerunFailure':
      case 'rerunError':
        this.#failed ??= problem;
        break;
      default:
        problem.element satisfies never;
    }
  }

  outcome(): Outcome {
    const seconds = this.#seconds === undefined ? {} : { seconds: this.#seconds };
    // Node: a test that is still to be written; whether it fails does not count (see tap.ts).
    if (this.#skipped?.type === 'todo')
      return { status: 'skipped', ...describeSkip(this.#skipped), ...seconds };
    if (this.#failed !== undefined) return { status: 'failed', ...describeFailure(this.#failed), ...seconds };
    if (this.#errored !== undefined)
      return { status: 'errored', ...describeFailure(this.#errored), ...seconds };
    if (this.#skipped !== undefined) return { status: 'skipped', ...describeSkip(this.#skipped), ...seconds };
    if (this.#flaked) return { status: 'passed', flaked: true, ...seconds };
    return { status: this.#statusAttribute ?? 'passed', ...seconds };
  }
}

const teardown = /^(?:failed on teardown with |test teardown failure)/;
const harnessMessage = /^(?:collection failure|failed on setup with |test setup failure|internal error)/;
const harnessClass: ReadonlySet<string | undefined> = new Set([
  // jest-junit; both the error and what it makes of its properties.
  'Test suite failed to run',
  // Python's unittest, for modules that cannot be imported and for set-up of whole classes.
  'unittest.loader._FailedTest',
  'unittest.loader.ModuleImportFailure',
  'unittest.suite._ErrorHolder',
]);
const harnessName = /^(?:setUp|tearDown)(?:Class|Module) \(|^initializationError$/;

/**
 * Did the harness break, and not the test? Most runners write `<error>` for an exception in the test itself
 * (surefire, unittest, gotestsum), so only what is known to come from around the test is one.
 */
function isHarness({ element, message }: Problem, { class: group, name }: TestPartsRead): boolean {
  if (harnessClass.has(group)) return true;
  if (element !== 'error') return false;
  // surefire calls what breaks in the set-up of a class after the class.
  if (name === undefined || name === '' || name === group || harnessName.test(name)) return true;
  return teardown.test(message) || harnessMessage.test(message);
}

// GoogleTest, CTest and NUnit leave out the element: `result="suppressed"`, `status="notrun"`, `status="Inconclusive"`.
const skippedWords: ReadonlySet<string> = new Set([
  'disabled',
  'ignored',
  'inconclusive',
  'notrun',
  'skipped',
  'suppressed',
]);
const failedWords: ReadonlySet<string> = new Set(['broken', 'error', 'errored', 'fail', 'failed', 'failure']);

function statusOf(status: string | undefined, result: string | undefined): 'failed' | 'skipped' | undefined {
  if (status === undefined) return undefined;
  const words = [status.toLowerCase(), result?.toLowerCase() ?? ''];
  if (words.some((word) => failedWords.has(word))) return 'failed';
  return words.some((word) => skippedWords.has(word)) ? 'skipped' : undefined;
}

/** Some write `1,234.5`. */
function secondsOf(time: string | undefined): number | undefined {
  if (time === undefined || time === '') return undefined;
  const seconds = Number(time.includes(',') ? time.replaceAll(',', '') : time);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
