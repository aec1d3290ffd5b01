import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import type { ReportState } from '../../../model/trial.ts';
import { JsonCursor, JsonEnd } from './json-cursor.ts';
import {
  cutDetail,
  describeFailure,
  sourcePath,
  type ObservationList,
  type Outcome,
  type ReportFile,
} from './observation-list.ts';

/**
 * CTRF JSON (https://ctrf.io) as the reporters of jest, mocha and Playwright write it: an object whose member `results`
 * holds `tests`, one object for each, and `summary`, which counts them. Members that are not known are passed over.
 * @throws Failure `results-invalid`, `results-too-large`; `into` then holds what came before
 */
export function readCtrf(file: ReportFile, into: ObservationList, mount: string | undefined): ReportState {
  const document = new CtrfDocument(new JsonCursor(file), into, mount);
  try {
    return document.read(file.path);
  } catch (error) {
    if (!(error instanceof JsonEnd)) throw error;
    const why = file.bytes.length === 0 ? `${file.path} is empty` : `${file.path} ends in the middle`;
    return { kind: 'broken', code: 'truncated', why };
  }
}

interface Counts {
  readonly tests: number;
  readonly failed: number;
}

class CtrfDocument {
  readonly #json: JsonCursor;
  readonly #list: ObservationList;
  readonly #mount: string | undefined;
  readonly #seen = { tests: 0, failed: 0 };
  #counted: Counts | undefined;
  #hasTests = false;

  constructor(json: JsonCursor, list: ObservationList, mount: string | undefined) {
    this.#json = json;
    this.#list = list;
    this.#mount = mount;
  }

  read(path: string): ReportState {
    const json = this.#json;
    if (json.kind !== 'object') throw new Failure('results-invalid', 'it is no CTRF report: it is no object');
    membersOnce(json, { results: () => this.#readResults() });
    json.finish();
    if (!this.#hasTests)
      throw new Failure('results-invalid', 'it is no CTRF report: results.tests is not there');
    return this.#compare(path);
  }

  /** What is counted and not listed may have failed. */
  #compare(path: string): ReportState {
    const counted = this.#counted;
    if (counted === undefined) return { kind: 'complete' };
    for (const what of ['tests', 'failed'] as const) {
      if (counted[what] <= this.#seen[what]) continue;
      const why = `the summary of ${path} counts ${counted[what]} ${what === 'tests' ? 'tests' : 'failed tests'}, but it lists ${this.#seen[what]}`;
      return { kind: 'broken', code: 'suite-error', why };
    }
    return { kind: 'complete' };
  }

  #readResults(): void {
    if (this.#json.kind !== 'object') throw new Failure('results-invalid', 'results is no object');
    membersOnce(this.#json, {
      summary: () => (this.#counted = this.#readSummary()),
      tests: () => this.#readTests(),
    });
  }

  #readSummary(): Counts {
    const counts = { tests: 0, failed: 0 };
    const count = (what: keyof typeof counts) => (): void => {
      counts[what] = numberOf(this.#json) ?? 0;
    };
    if (this.#json.kind === 'object')
      membersOnce(this.#json, { tests: count('tests'), failed: count('failed') });
    else this.#json.skip();
    return counts;
  }

  #readTests(): void {
    if (this.#json.kind !== 'array') throw new Failure('results-invalid', 'results.tests is no list');
    this.#hasTests = true;
    this.#json.array(() => this.#addTest(readTest(this.#json)));
  }

  #addTest(test: CtrfTest): void {
    const outcome = outcomeOf(test);
    this.#seen.tests += 1;
    if (outcome.status === 'failed') this.#seen.failed += 1;
    const file = test.filePath === '' ? undefined : sourcePath(test.filePath, this.#mount);
    this.#list.add({ file, class: test.suite, name: test.name }, outcome);
  }
}

interface CtrfTest {
  name: string;
  /** As far as it is one of those that are known. */
  status: string;
  rawStatus: string;
  filePath: string;
  suite: string;
  message: string;
  trace: string;
  milliseconds: number | undefined;
  retries: number;
  flaky: boolean;
}

function readTest(json: JsonCursor): CtrfTest {
  if (json.kind !== 'object') throw new Failure('results-invalid', 'a test in results.tests is no object');
  const test: CtrfTest = {
    name: '',
    status: '',
    rawStatus: '',
    filePath: '',
    suite: '',
    message: '',
    trace: '',
    milliseconds: undefined,
    retries: 0,
    flaky: false,
  };
  const text = (member: 'name' | 'status' | 'rawStatus' | 'filePath' | 'message' | 'trace') => (): void => {
    test[member] = textOf(json);
  };
  membersOnce(json, {
    name: text('name'),
    status: text('status'),
    rawStatus: text('rawStatus'),
    filePath: text('filePath'),
    message: text('message'),
    trace: text('trace'),
    suite: () => (test.suite = suiteOf(json)),
    duration: () => (test.milliseconds = numberOf(json)),
    retries: () => (test.retries = numberOf(json) ?? 0),
    flaky: () => (test.flaky = json.kind === 'word' ? json.word() === true : (json.skip(), false)),
  });
  return test;
}

/** A failure is the only word for "it did not hold"; all that is neither that nor a pass did not run to its end. */
function outcomeOf(test: CtrfTest): Outcome {
  const { status, rawStatus, message, trace, milliseconds } = test;
  const timed = milliseconds === undefined || milliseconds < 0 ? {} : { seconds: milliseconds / 1000 };
  switch (status) {
    case 'passed':
      return { status, ...(test.flaky || test.retries > 0 ? { flaked: true } : {}), ...timed };
    case 'failed':
      return { status, ...describeFailure({ message, type: rawStatus, text: trace }), ...timed };
    case 'skipped':
    case 'pending':
    case 'other': {
      const reason = message || (rawStatus === status ? '' : rawStatus);
      return { status: 'skipped', ...(reason === '' ? {} : { detail: cutDetail(reason) }), ...timed };
    }
    default:
      throw new Failure(
        'results-invalid',
        `the status of a test is ${JSON.stringify(status.slice(0, 50))}, which CTRF does not know`,
      );
  }
}

/** Before version 1 one text, now a list from the outermost. */
function suiteOf(json: JsonCursor): string {
  if (json.kind !== 'array') return textOf(json);
  const names: string[] = [];
  json.array(() => {
    const name = textOf(json);
    if (names.length < limits.ctrfSuitesMax) names.push(name);
  });
  return names.filter((name) => name !== '').join(' › ');
}

function textOf(json: JsonCursor): string {
  if (json.kind === 'string') return json.string();
  json.skip();
  return '';
}

function numberOf(json: JsonCursor): number | undefined {
  if (json.kind === 'number') {
    const found = json.number();
    return Number.isFinite(found) ? found : undefined;
  }
  json.skip();
  return undefined;
}

/** Takes the members that are named, and skips the others. Of a name that stands twice nobody knows which one counts. */
function membersOnce(json: JsonCursor, takes: Readonly<Record<string, () => void>>): void {
  const taken = new Set<string>();
  json.object((key) => {
    const take = Object.hasOwn(takes, key) ? takes[key] : undefined;
    if (take === undefined) {
      json.skip();
      return;
    }
    if (taken.has(key))
      throw new Failure('results-invalid', `the key ${JSON.stringify(key)} stands twice in one object`);
    taken.add(key);
    take();
  });
}
