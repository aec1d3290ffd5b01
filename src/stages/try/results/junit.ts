import { Failure } from '../../../base/failure.ts';
import { clip, plural, visibleLine } from '../../../base/text.ts';
import type { ReportState } from '../../../model/trial.ts';
import { isProblemElement, JunitCase, type Problem, type ProblemElement } from './junit-case.ts';
import {
  cutName,
  describeFailure,
  groupName,
  sourcePath,
  type ObservationList,
  type ReportFile,
  type TestPartsRead,
} from './observation-list.ts';
import { BoundedText } from './bounded-text.ts';
import { readXml, type XmlReader } from './xml.ts';

/**
 * JUnit XML as pytest, unittest, jest-junit, mocha, surefire, gotestsum, bats and Node write it. There is no standard:
 * what is not understood is passed over, and what could hide a failure never is.
 * `mount` is where the source lay in the container.
 * @throws Failure `results-invalid`, `results-too-large`, `results-refused`; `into` then holds what came before
 */
export function readJunit(file: ReportFile, into: ObservationList, mount: string | undefined): ReportState {
  const document = new JunitDocument(into, mount);
  const end = readXml(file, document);
  if (end === 'whole') return document.state;
  return { kind: 'broken', code: 'truncated', why: `${file.path} ends in the middle` };
}

/** A `<testsuite>`, or the `<testsuites>` around them. */
interface Suite {
  /** Names of the suites from the outermost, as far as they have any. */
  readonly path: string;
  readonly file: string | undefined;
  /** By its own counts it should hold tests. */
  readonly promisesTests: boolean;
  /** Failures and errors that it counts, nested suites included. */
  readonly countedProblems: number;
  /** Elements within it that tell of one. Flakes and reruns among them: surefire counts those as well. */
  problems: number;
  /** Cases and problems within it, nested suites included. */
  entries: number;
}

class JunitDocument implements XmlReader {
  readonly #list: ObservationList;
  readonly #mount: string | undefined;
  readonly #suites: Suite[] = [];
  readonly #cases: JunitCase[] = [];
  /** Failed tests: pytest comes back to them when their clean-up breaks. */
  readonly #failed = new Set<string>();
  #last: { readonly parts: TestPartsRead; readonly at: number } | undefined;
  #depth = 0;
  #problem:
    | {
        readonly depth: number;
        readonly element: ProblemElement;
        readonly attributes: Readonly<Record<string, string>>;
      }
    | undefined;
  readonly #text = new BoundedText();
  #state: ReportState = { kind: 'complete' };

  constructor(list: ObservationList, mount: string | undefined) {
    this.#list = list;
    this.#mount = mount;
  }

  get state(): ReportState {
    return this.#state;
  }

  get wantsText(): boolean {
    return this.#problem !== undefined;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#depth += 1;
    if (this.#depth === 1 && name !== 'testsuites' && name !== 'testsuite') {
      throw new Failure(
        'results-invalid',
        `it is no JUnit report: its first element is <${clip(visibleLine(name), 50)}>`,
      );
    }
    if (this.#problem !== undefined) return;
    if (name === 'testcase') this.#cases.push(new JunitCase(this.#partsOf(attributes), attributes));
    else if (name === 'testsuite' || name === 'testsuites')
      this.#suites.push(this.#suiteOf(name, attributes));
    else if (isProblemElement(name)) {
      this.#problem = { depth: this.#depth, element: name, attributes };
    }
  }

  text(text: string): void {
    this.#text.add(text);
  }

  close(name: string): void {
    const depth = this.#depth;
    this.#depth -= 1;
    if (this.#problem !== undefined) {
      if (this.#problem.depth === depth) this.#closeProblem(this.#problem);
      return;
    }
    if (name === 'testcase') this.#closeCase();
    else if (name === 'testsuite' || name === 'testsuites') this.#closeSuite();
  }

  #closeProblem({
    element,
    attributes,
  }: {
    readonly element: ProblemElement;
    readonly attributes: Readonly<Record<string, string>>;
  }): void {
    const problem: Problem = {
      element,
      message: attributes['message'] ?? '',
      type: attributes['type'] ?? '',
      text: this.#text.take(),
    };
    this.#problem = undefined;
    const around = this.#suites.at(-1);
    if (around !== undefined && element !== 'skipped') around.problems += 1;
    const testcase = this.#cases.at(-1);
    if (testcase === undefined) this.#takeSuiteProblem(problem);
    else testcase.take(problem);
  }

  /** What breaks outside of all tests is the harness; its suite stands for it. */
  #takeSuiteProblem(problem: Problem): void {
    const suite = this.#suites.at(-1);
    if (suite === undefined || (problem.element !== 'failure' && problem.element !== 'error')) return;
    suite.entries += 1;
    this.#list.add(
      { file: suite.file, class: undefined, name: suite.path || '(suite)' },
      { status: 'errored', ...describeFailure(problem) },
    );
  }

  #closeCase(): void {
    const testcase = this.#cases.pop();
    if (testcase === undefined) return;
    const suite = this.#suites.at(-1);
    if (suite !== undefined) {
      suite.entries += 1;
      if (testcase.failsByAttribute) suite.problems += 1;
    }
    const { parts } = testcase;
    if (testcase.isTeardownOnly && this.#mergeTeardown(testcase)) return;
    const outcome = testcase.outcome();
    const at = this.#list.add(parts, outcome);
    this.#last = { parts, at };
    if (outcome.status === 'failed') this.#failed.add(keyOf(parts));
  }

  /** The worse of both outcomes stays: a failure is the test's own word, an error is worse than a pass. */
  #mergeTeardown(testcase: JunitCase): boolean {
    const key = keyOf(testcase.parts);
    if (this.#failed.delete(key)) return true;
    const last = this.#last;
    if (last === undefined || keyOf(last.parts) !== key || this.#list.at(last.at)?.status !== 'passed')
      return false;
    this.#list.replace(last.at, testcase.outcome());
    this.#last = undefined;
    return true;
  }

  #closeSuite(): void {
    const suite = this.#suites.pop();
    if (suite === undefined) return;
    const around = this.#suites.at(-1);
    if (around !== undefined) {
      around.entries += suite.entries;
      around.problems += suite.problems;
    }
    if (this.#state.kind === 'broken') return;
    const isEmpty = suite.entries === 0 && suite.promisesTests;
    const { countedProblems: counted, problems } = suite;
    // gotestsum counts a package that cannot be built, and shows it nowhere.
    if (!isEmpty && counted <= problems) return;
    const called =
      suite.path === '' ? 'a suite' : `the suite ${JSON.stringify(clip(visibleLine(suite.path), 100))}`;
    this.#state = {
      kind: 'broken',
      code: 'suite-error',
      why: isEmpty
        ? `${called} counts tests or errors but lists none`
        : `${called} counts ${plural(counted, 'failure or error', 'failures and errors')} but lists ${problems}`,
    };
  }

  #suiteOf(element: string, attributes: Readonly<Record<string, string>>): Suite {
    const around = this.#suites.at(-1);
    const name = element === 'testsuites' ? '' : groupName(attributes['name'] ?? '', this.#mount);
    const path = cutName([around?.path ?? '', name].filter((each) => each !== '').join(' › '));
    const { tests, errors, failures, skipped, disabled } = countsOf(attributes);
    return {
      path,
      file: attributes['file'] ?? around?.file,
      promisesTests: tests > skipped + disabled || errors > 0 || failures > 0,
      countedProblems: errors + failures,
      problems: 0,
      entries: 0,
    };
  }

  #partsOf(attributes: Readonly<Record<string, string>>): TestPartsRead {
    const suite = this.#suites.at(-1);
    const file = attributes['file'] ?? suite?.file;
    return {
      file: file === undefined ? undefined : sourcePath(file, this.#mount),
      class: this.#classOf(attributes['classname'], suite?.path ?? ''),
      name: attributes['name'],
    };
  }

  /** Where a runner knows no classes, the suites around the test stand for one. Node 20 calls them all `test`; gotestsum
   * leaves the class of a package that breaks by itself empty. */
  #classOf(classname: string | undefined, suites: string): string | undefined {
    const isNone = classname === '' || classname === 'test';
    const isClass = classname !== undefined && (!isNone || suites === '' || suites === 'pytest');
    return isClass ? groupName(classname, this.#mount) : suites;
  }
}

function keyOf({ file, class: group, name }: TestPartsRead): string {
  return `${file}\0${group}\0${name}`;
}

type Counts = Readonly<Record<'tests' | 'errors' | 'failures' | 'skipped' | 'disabled', number>>;

function countsOf(attributes: Readonly<Record<string, string>>): Counts {
  const count = (name: string): number => {
    const value = Number(attributes[name] ?? 0);
    return Number.isFinite(value) ? value : 0;
  };
  return {
    tests: count('tests'),
    errors: count('errors'),
    failures: count('failures'),
    skipped: count('skipped'),
    disabled: count('disabled'),
  };
}
