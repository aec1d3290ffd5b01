import { Failure } from '../../../base/failure.ts';
import { clip, plural, visibleLine } from '../../../base/text.ts';
import type { BrokenReport, ReportState } from '../../../model/trial.ts';
import { groupName, type ObservationList, type ReportFile } from './observation-list.ts';
import { reportLines, type ReportLine } from './report-lines.ts';
import { TapLevels, type TapLevel } from './tap-levels.ts';
import { readTapLine, type TapLine, type TapPoint } from './tap-line.ts';
import { addDiagnostics, TapTests, type TapTest } from './tap-tests.ts';

export interface TapOptions {
  /** Where the source lay in the container. */
  readonly mount: string | undefined;
  /** Several reports: the path of each tells its tests from those of the others. */
  readonly namesFile: boolean;
}

/**
 * TAP 13 and 14 as Node, tape, node-tap, mocha, Perl and bats write it, with output of the tests in between.
 * A report is whole when each document in it ran exactly what it planned. Numbers are not believed: runs differ in them.
 * @throws Failure `results-invalid`, `results-too-large`; `into` then holds what came before
 */
export function readTap(
  file: ReportFile,
  into: ObservationList,
  { mount, namesFile }: TapOptions,
): ReportState {
  const reader = new TapReader(file.path, new TapTests(into, namesFile ? file.path : undefined), mount);
  for (const line of reportLines(file.bytes)) if (!reader.take(line)) break;
  return reader.end();
}

class TapReader {
  readonly #path: string;
  readonly #tests: TapTests;
  readonly #mount: string | undefined;
  #levels: TapLevels;
  /** The last test point, while lines may still explain it. */
  #last: TapTest | undefined;
  /** A block of diagnostics: its indentation and whose it is. */
  #block: { readonly indent: number; readonly test: TapTest } | undefined;
  #holds: 'nothing' | 'text' | 'tap' = 'nothing';
  #endsInside = false;
  #state: ReportState = { kind: 'complete' };

  constructor(path: string, tests: TapTests, mount: string | undefined) {
    this.#path = path;
    this.#tests = tests;
    this.#mount = mount;
    this.#levels = this.#newLevels();
  }

  /** False: nothing after this line counts. */
  take({ text, number, isWhole }: ReportLine): boolean {
    const content = text.trimStart();
    if (content === '') return true;
    if (this.#holds === 'nothing') this.#holds = 'text';
    const indent = text.length - content.length;
    const line = readTapLine(content);
    if (this.#takeIntoBlock(line, indent, text)) return true;
    if (line.kind === 'bail-out') {
      this.#holds = 'tap';
      this.#break(
        'bailed-out',
        `${this.#path}:${number} bails out${line.reason === '' ? '' : `: ${clip(visibleLine(line.reason), 200)}`}`,
      );
      return false;
    }
    // `1..0` may have gone on with why.
    this.#endsInside = !isWhole && (line.kind === 'point' || (line.kind === 'plan' && line.count === 0));
    this.#takeOutside(line, { indent, text, number });
    return true;
  }

  end(): ReportState {
    if (this.#state.kind === 'broken' && this.#state.code === 'bailed-out') {
      this.#levels.close(0);
      this.#tests.flush();
      return this.#state;
    }
    if (this.#holds === 'nothing') this.#break('truncated', `${this.#path} is empty`);
    if (this.#holds === 'text') {
      throw new Failure('results-invalid', 'it holds no TAP', { where: { file: this.#path, line: 1 } });
    }
    if (this.#block !== undefined || this.#endsInside)
      this.#break('truncated', `${this.#path} ends in the middle of a test`);
    this.#endDocument();
    return this.#state;
  }

  /** Inside of a block all lines are its own, up to its end, or to one that can only come from the runner. */
  #takeIntoBlock(line: TapLine, indent: number, text: string): boolean {
    const block = this.#block;
    if (block === undefined) return false;
    const isEnd = line.kind === 'dots' && indent === block.indent;
    const isBroken =
      indent < block.indent && (line.kind === 'point' || line.kind === 'plan' || line.kind === 'bail-out');
    if (isEnd || isBroken) this.#block = undefined;
    else this.#addToBlock(block.test, text.slice(Math.min(indent, block.indent)));
    return !isBroken;
  }

  #addToBlock(test: TapTest, text: string): void {
    const milliseconds = /^duration_ms: (\d{1,12}(?:\.\d{1,12})?)$/.exec(text)?.[1];
    if (milliseconds !== undefined) test.seconds ??= Number(milliseconds) / 1000;
    if (!test.ok) addDiagnostics(test, text);
  }

  #takeOutside(
    line: Exclude<TapLine, { kind: 'bail-out' }>,
    { indent, text, number }: { readonly indent: number; readonly text: string; readonly number: number },
  ): void {
    switch (line.kind) {
      case 'dashes':
        if (this.#last !== undefined && !this.#last.hasBlock && indent > this.#levels.innermost.indent) {
          this.#last.hasBlock = true;
          this.#block = { indent, test: this.#last };
        }
        return;
      case 'pragma':
        return;
      case 'comment':
      case 'dots':
      case 'other':
        this.#explainLast(text.trim());
        return;
      case 'brace-open':
        if (indent === this.#levels.innermost.indent) this.#levels.innermost.braced = this.#last;
        return;
      case 'brace-close':
        if (this.#levels.closeBrace(indent)) this.#last = undefined;
        return;
      default:
        this.#takeStructure(line, indent, number);
    }
  }

  /** bats, mocha and Perl explain a failure in the lines that follow. */
  #explainLast(text: string): void {
    if (this.#last === undefined || this.#last.ok || this.#last.hasBlock || summary.test(text)) return;
    addDiagnostics(this.#last, text.replace(/^# ?/, ''));
  }

  #takeStructure(
    line: TapPoint | Extract<TapLine, { kind: 'version' | 'plan' | 'subtest' }>,
    indent: number,
    number: number,
  ): void {
    const level = this.#levels.at(indent);
    if (level === undefined) return;
    this.#holds = 'tap';
    this.#last = undefined;
    switch (line.kind) {
      case 'version':
        if (level === this.#levels.document && (level.count > 0 || level.planned !== undefined))
          this.#endDocument();
        break;
      case 'subtest':
        level.header = groupName(line.name, this.#mount);
        level.braced = undefined;
        break;
      case 'plan':
        this.#takePlan(level, line, number);
        break;
      case 'point':
        this.#takePoint(level, line);
        break;
      default:
        line satisfies never;
    }
  }

  #takePlan(
    level: TapLevel,
    { count, skip }: { readonly count: number; readonly skip: string | undefined },
    number: number,
  ): void {
    let target = level;
    if (level.planned !== undefined) {
      // Documents one behind the other, without version lines: the next begins when the plan of the last is fulfilled.
      const isNext = level === this.#levels.document && level.planned.count === level.count;
      if (isNext) this.#endDocument();
      else this.#break('malformed', `${this.#path}:${number} holds a second plan`);
      target = isNext ? this.#levels.document : level;
    }
    target.planned ??= { count, skip, isFirst: target.count === 0 };
    if (target.group !== undefined) target.group.isSubtest = true;
  }

  #takePoint(before: TapLevel, point: TapPoint): void {
    const plan = before.planned;
    const isNext =
      before === this.#levels.document &&
      plan !== undefined &&
      !plan.isFirst &&
      plan.count === before.count &&
      point.number === 1;
    if (isNext) this.#endDocument();
    const level = isNext ? this.#levels.document : before;
    if (level === this.#levels.document && level.ended === undefined) this.#tests.flush();
    level.count += 1;
    const told = groupName(point.name || level.header || level.ended?.name || '', this.#mount);
    const test: TapTest = {
      group: level.group,
      name: told || `(test ${point.number ?? level.count})`,
      ok: point.ok,
      directive: point.directive,
      seconds: point.seconds,
      text: '',
      hasBlock: false,
      isSummary: false,
    };
    this.#tests.add(test, level.ended);
    level.header = undefined;
    level.ended = undefined;
    level.braced = point.opensBrace ? test : undefined;
    this.#last = test;
  }

  #endDocument(): void {
    this.#levels.close(0);
    const { planned, count, ended } = this.#levels.document;
    if (ended !== undefined) ended.isNoise = !ended.isSubtest;
    if (planned === undefined)
      this.#break('truncated', `${this.#path} holds no plan: the run ended before it`);
    else if (planned.count !== count) this.#breakPlan(planned.count, count);
    this.#tests.flush();
    if (planned?.count === 0 && planned.skip !== undefined && count === 0) this.#tests.skipAll(planned.skip);
    this.#levels = this.#newLevels();
    this.#last = undefined;
  }

  #newLevels(): TapLevels {
    return new TapLevels(this.#tests, (planned, ran) => this.#breakPlan(planned, ran));
  }

  #breakPlan(planned: number, ran: number): void {
    const were = planned === 1 ? 'was' : 'were';
    this.#break('truncated', `${this.#path}: ${plural(planned, 'test')} ${were} planned and ${ran} ran`);
  }

  /** The first trouble is told. */
  #break(code: BrokenReport, why: string): void {
    if (this.#state.kind === 'complete' || code === 'bailed-out') this.#state = { kind: 'broken', code, why };
  }
}

// `# tests 18`, `# pass 9`: what runners sum up at the end says nothing of the last test.
const summary = /^# (?:tests|suites|pass|fail|ok|cancelled|skip|skipped|todo|time|duration_ms)\b/;
