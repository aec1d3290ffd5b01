import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { clip, visibleLine } from '../../../base/text.ts';
import type { BrokenReport, ReportState } from '../../../model/trial.ts';
import { BoundedText } from './bounded-text.ts';
import type { GoEvent } from './go-test.ts';
import { cutDetail, describeFailure, type ObservationList, type Outcome } from './observation-list.ts';

interface GoTest {
  readonly name: string;
  readonly output: BoundedText;
  /** Undefined: it has not ended. */
  ended: { readonly action: 'pass' | 'fail' | 'skip'; readonly seconds: number | undefined } | undefined;
}

interface GoPackage {
  readonly tests: GoTest[];
  /** The latest of each name: with `-count` they come again. */
  readonly byName: Map<string, GoTest>;
  /** What it wrote outside of its tests. */
  readonly output: BoundedText;
  /** The testing package has said `PASS` or `FAIL`, which it does when all tests are over. */
  isOver: boolean;
  isCached: boolean;
  isUnbuilt: boolean;
}

// A package is no test; where it breaks by itself it stands under this name.
const packageItself = '(package)';

/** The packages of one run: each is handed on when it has ended, so that those that run at once are not mixed. */
export class GoPackages {
  readonly #list: ObservationList;
  readonly #running = new Map<string, GoPackage>();
  /** What the compiler said, by what it built. */
  readonly #builds = new Map<string, BoundedText>();
  #begun = 0;
  #buildFailures = 0;
  #fault: { readonly code: BrokenReport; readonly why: string } | undefined;

  constructor(list: ObservationList) {
    this.#list = list;
  }

  get hasBuildFailures(): boolean {
    return this.#buildFailures > 0;
  }

  /** @throws Failure `results-too-large` */
  take(event: GoEvent): void {
    if (event.package === '') this.#takeBuild(event);
    else if (event.test === '') this.#takeOfPackage(event);
    else this.#takeOfTest(event, this.#packageOf(event.package));
  }

  /** Before version 1.20, what cannot be built is told in plain text, between the events. */
  takeLine(line: string): void {
    const name = /^FAIL\t(\S{1,1000}) \[(?:build|setup) failed\]\r?$/.exec(line)?.[1];
    if (name === undefined) return;
    this.#buildFailures += 1;
    this.#addPackageFault(name, line.trim());
  }

  /** All lines are read: what has not ended was cut off. */
  end(): void {
    for (const name of [...this.#running.keys()]) {
      this.#break('truncated', `the run ended before the package ${quoted(name)} did`);
      this.#flush(name);
    }
  }

  state(path: string): ReportState {
    return this.#fault === undefined
      ? { kind: 'complete' }
      : { kind: 'broken', code: this.#fault.code, why: `${path}: ${this.#fault.why}` };
  }

  #takeBuild({ action, importPath, output }: GoEvent): void {
    if (importPath === '' || action !== 'build-output') return;
    const known = this.#builds.get(importPath);
    if (known !== undefined) known.add(output);
    else {
      this.#builds.set(importPath, textFrom(output));
      this.#count();
    }
  }

  #takeOfPackage(event: GoEvent): void {
    const found = this.#packageOf(event.package);
    switch (event.action) {
      case 'output':
        found.output.add(event.output);
        // What a test wrote without a newline stands in front of it.
        found.isOver ||= /(?:PASS|FAIL)\r?\n$/.test(event.output);
        found.isCached ||= /^ok {2}\t.*\t\(cached\)/.test(event.output);
        found.isUnbuilt ||= /^FAIL\t.* \[(?:build|setup) failed\]\n$/.test(event.output);
        return;
      case 'pass':
      case 'skip':
        this.#close(event.package, found);
        return;
      case 'fail':
        this.#fail(event, found);
        return;
      default:
    }
  }

  /** A package that passes has run all of its tests. */
  #close(name: string, { tests }: GoPackage): void {
    if (tests.some(({ ended }) => ended === undefined))
      this.#break('truncated', `the package ${quoted(name)} passed, but not all of its tests have ended`);
    this.#flush(name);
  }

  #fail({ package: name, failedBuild }: GoEvent, found: GoPackage): void {
    const { tests } = found;
    const said = found.output.take();
    if (failedBuild !== '' || found.isUnbuilt) {
      const build = this.#builds.get(failedBuild)?.take() ?? '';
      this.#buildFailures += 1;
      this.#flush(name);
      this.#addPackageFault(name, build === '' ? said : build);
      return;
    }
    const isOrderly = found.isOver && tests.every(({ ended }) => ended !== undefined);
    // A panic and an exit take the tests behind them along.
    if (!isOrderly) this.#break('bailed-out', `the package ${quoted(name)} ended before its tests were over`);
    const isExplained = tests.some(({ ended }) => ended === undefined || ended.action === 'fail');
    this.#flush(name);
    if (!isExplained) this.#addPackageFault(name, said);
  }

  #takeOfTest({ action, test: name, output, seconds }: GoEvent, within: GoPackage): void {
    let test = within.byName.get(name);
    if (test === undefined || (action === 'run' && test.ended !== undefined)) {
      test = { name, output: new BoundedText(), ended: undefined };
      within.tests.push(test);
      within.byName.set(name, test);
      this.#count();
    }
    switch (action) {
      case 'output':
        if (!isOfRunner(output)) test.output.add(output);
        return;
      case 'pass':
      case 'fail':
      case 'skip':
        test.ended = { action, seconds };
        return;
      case 'bench':
        test.ended = { action: 'pass', seconds };
        return;
      default:
    }
  }

  #packageOf(name: string): GoPackage {
    const known = this.#running.get(name);
    if (known !== undefined) return known;
    const made: GoPackage = {
      tests: [],
      byName: new Map(),
      output: new BoundedText(),
      isOver: false,
      isCached: false,
      isUnbuilt: false,
    };
    this.#running.set(name, made);
    this.#count();
    return made;
  }

  /** Packages and tests that wait for their end are bounded like those that have ended. */
  #count(): void {
    this.#begun += 1;
    if (this.#begun > limits.observationsMax)
      throw new Failure('results-too-large', `there are more than ${limits.observationsMax} tests`);
  }

  #flush(name: string): void {
    const found = this.#running.get(name);
    if (found === undefined) return;
    this.#running.delete(name);
    for (const test of found.tests) {
      this.#list.add({ file: undefined, class: name, name: test.name }, outcomeOf(test, found.isCached));
    }
  }

  #addPackageFault(name: string, text: string): void {
    const failure = { message: '', type: 'the package failed', text };
    this.#list.add(
      { file: undefined, class: name, name: packageItself },
      { status: 'errored', ...describeFailure(failure) },
    );
  }

  /** The first trouble is told. */
  #break(code: BrokenReport, why: string): void {
    this.#fault ??= { code, why };
  }
}

/** Lines that only say which test the following ones belong to, and how it ended. */
function isOfRunner(output: string): boolean {
  return /^\s*(?:=== (?:RUN|PAUSE|CONT|NAME) |--- (?:PASS|FAIL|SKIP|BENCH): )/.test(output);
}

/** A result from Go's cache was not seen here, whatever it says: the image may have brought the cache along. */
function outcomeOf({ output, ended }: GoTest, isCached: boolean): Outcome {
  const text = output.take();
  const timed = ended?.seconds === undefined || ended.seconds < 0 ? {} : { seconds: ended.seconds };
  if (isCached) return { status: 'skipped', detail: 'it did not run: the result is from Go’s cache' };
  switch (ended?.action) {
    case 'pass':
      return { status: 'passed', ...timed };
    case 'skip':
      return {
        status: 'skipped',
        ...(text.trim() === '' ? {} : { detail: cutDetail(text.trim()) }),
        ...timed,
      };
    case 'fail':
      return { status: 'failed', ...describeFailure({ message: '', type: '', text }), ...timed };
    default:
      return {
        status: 'errored',
        ...describeFailure({ message: '', type: 'it did not end', text }),
        ...timed,
      };
  }
}

function textFrom(output: string): BoundedText {
  const text = new BoundedText();
  text.add(output);
  return text;
}

function quoted(name: string): string {
  return JSON.stringify(clip(visibleLine(name), 100));
}
