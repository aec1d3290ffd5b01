import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import {
  cutDetail,
  cutName,
  describeFailure,
  type ObservationList,
  type Outcome,
} from './observation-list.ts';
import type { FailureText } from './signature.ts';
import type { TapDirective } from './tap-line.ts';

/** A group of tests (a subtest): its name and fate are told by the test point that closes it, after its tests. */
export interface TapGroup {
  name: string | undefined;
  readonly parent: TapGroup | undefined;
  /** It was announced or has a plan. Indented lines without either are output that looks like tests. */
  isSubtest: boolean;
  points: number;
  /** Its first failing test. */
  failed: TapTest | undefined;
  /** Its own directive counts for all tests in it. */
  excuse: TapDirective | undefined;
  isNoise: boolean;
  /** Once all names are known. */
  path: string | undefined;
}

/** A test point on its way to an observation. */
export interface TapTest {
  readonly group: TapGroup | undefined;
  name: string;
  readonly ok: boolean;
  readonly directive: TapDirective | undefined;
  seconds: number | undefined;
  /** Its diagnostics so far. */
  text: string;
  hasBlock: boolean;
  /** It only sums up a group, whose tests are observations of their own. */
  isSummary: boolean;
}

/**
 * The tests of one document in its order, held back until the names of their groups are known.
 *
 * A group's own line is a test as well only where it says more than its tests: when it has none, or when it fails
 * though none of them does. Else its failure would be counted twice, and its pass would be lost with a test's failure.
 */
export class TapTests {
  readonly #list: ObservationList;
  readonly #file: string | undefined;
  #waiting: TapTest[] = [];
  /** Failing tests, and the line of their group, which may say why. */
  readonly #explained: (readonly [TapTest, TapTest])[] = [];

  constructor(list: ObservationList, file: string | undefined) {
    this.#list = list;
    this.#file = file;
  }

  /** `ended` is the group that the test point sums up. @throws Failure `results-too-large` */
  add(test: TapTest, ended: TapGroup | undefined): void {
    if (ended !== undefined) this.#close(ended, test);
    countIn(test.group, test, ended);
    if (this.#waiting.push(test) > limits.observationsMax) {
      throw new Failure('results-too-large', `there are more than ${limits.observationsMax} tests`);
    }
  }

  #close(group: TapGroup, summary: TapTest): void {
    if (group.points === 0) return;
    if (!group.isSubtest) {
      group.isNoise = true;
      return;
    }
    group.name = summary.name;
    group.excuse = summary.directive;
    summary.isSummary = summary.ok || summary.directive !== undefined || group.failed !== undefined;
    if (!summary.ok && group.failed !== undefined) this.#explained.push([group.failed, summary]);
  }

  /** A group in braces stands behind its own line, which was taken for a test until now. */
  closeBraced(group: TapGroup, summary: TapTest): void {
    summary.name = summary.name.replace(/ ?\{$/, '') || '(subtest)';
    this.#close(group, summary);
    const around = summary.group;
    if (summary.isSummary && around?.failed === summary && group.failed !== undefined)
      around.failed = group.failed;
  }

  /** Hands on all tests so far; call when no group is open. */
  flush(): void {
    for (const [failed, summary] of this.#explained) explain(failed, summary);
    this.#explained.length = 0;
    for (const test of this.#waiting) {
      if (test.isSummary || isNoise(test.group)) continue;
      this.#list.add({ file: this.#file, class: pathOf(test.group), name: test.name }, outcomeOf(test));
    }
    this.#waiting = [];
  }

  skipAll(reason: string): void {
    const detail = reason === '' ? {} : { detail: cutDetail(reason) };
    this.#list.add(
      { file: this.#file, class: undefined, name: '(all tests)' },
      { status: 'skipped', ...detail },
    );
  }
}

/** A group's first failure is its first failing test, however deep that lies. */
function countIn(group: TapGroup | undefined, test: TapTest, ended: TapGroup | undefined): void {
  if (group === undefined) return;
  group.points += 1;
  if (test.ok || test.directive !== undefined) return;
  group.failed ??= (test.isSummary ? ended?.failed : undefined) ?? test;
}

export function addDiagnostics(test: TapTest, text: string): void {
  if (test.text.length < limits.tapDiagnosticsCharsMax)
    test.text += `${text.slice(0, limits.tapDiagnosticsCharsMax)}\n`;
}

/** Node: a hook of the group broke, and its tests only say that they were cancelled. */
function explain(failed: TapTest, summary: TapTest): void {
  const type = /^failureType: '(\w+)'$/m.exec(summary.text)?.[1];
  if (type !== undefined && type !== 'subtestsFailed')
    addDiagnostics(failed, `\n${summary.name}:\n${summary.text}`);
}

function isNoise(group: TapGroup | undefined): boolean {
  for (let each = group; each !== undefined; each = each.parent) if (each.isNoise) return true;
  return false;
}

/** Names of the groups around a test from the outermost; each path is put together once. */
function pathOf(group: TapGroup | undefined): string | undefined {
  if (group === undefined) return undefined;
  const around = pathOf(group.parent);
  const name = group.name ?? '(subtest)';
  group.path ??= cutName(around === undefined ? name : `${around} › ${name}`);
  return group.path;
}

/**
 * The result of a test that is still to be done (`TODO`) does not count, be it `ok` or `not ok`: both are skipped. If a
 * pass counted as one, a later failure, which nobody promised to be without, would look like lost coverage.
 */
function outcomeOf({ group, ok, directive, seconds, text }: TapTest): Outcome {
  const timed = seconds === undefined ? {} : { seconds };
  let excuse = directive;
  for (let each = group; excuse === undefined && each !== undefined; each = each.parent) excuse = each.excuse;
  if (excuse !== undefined) {
    const told = excuse.reason.replace(/^-(?:\s+|$)/, '');
    const reason = excuse.kind === 'skip' ? told : ['to do', told].filter((each) => each !== '').join(': ');
    return { status: 'skipped', ...(reason === '' ? {} : { detail: cutDetail(reason) }), ...timed };
  }
  if (ok) return { status: 'passed', ...timed };
  return { status: 'failed', ...describeFailure(failureOf(text)), ...timed };
}

/** What diagnostics in YAML say most shortly: a message, or what was compared with what. */
function failureOf(text: string): FailureText {
  const members = membersOf(text);
  const type = members.get('name') ?? '';
  const message = members.get('message') ?? members.get('error');
  if (message !== undefined) return { message, type, text };
  const compared = ['operator', 'compare', 'expected', 'wanted', 'actual', 'found'].flatMap((key) => {
    const value = members.get(key);
    return value === undefined ? [] : [`${key} ${value}`];
  });
  return { message: compared.join(', '), type, text };
}

/** Top-level members with a value on one line, or the first line of a block. No YAML parser: this is for showing. */
function membersOf(text: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  const lines = text.split('\n');
  const indent = /^ */.exec(text)?.[0].length ?? 0;
  for (const [index, line] of lines.entries()) {
    const found = /^([a-z]\w{0,30}):(.*)$/i.exec(line.slice(indent));
    if (found === null) continue;
    const [, key = '', rest = ''] = found;
    const value = /^\s*[|>][-+]?\s*$/.test(rest) ? (lines[index + 1] ?? '') : rest;
    if (!members.has(key)) members.set(key, unquoted(value.trim()));
  }
  return members;
}

function unquoted(text: string): string {
  const isQuoted = text.length >= 2 && (text[0] === "'" || text[0] === '"') && text.at(-1) === text[0];
  return isQuoted ? text.slice(1, -1) : text;
}
