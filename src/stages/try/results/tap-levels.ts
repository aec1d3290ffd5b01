import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import type { TapGroup, TapTest, TapTests } from './tap-tests.ts';

/** Tests of one indentation: the document's own, or those of a group. */
export interface TapLevel {
  readonly indent: number;
  readonly group: TapGroup | undefined;
  planned: TapPlan | undefined;
  count: number;
  /** `# Subtest: name`, until the test point of that name comes. */
  header: string | undefined;
  /** A group that ended, until the test point that closes it comes. */
  ended: TapGroup | undefined;
  /** A test point whose group follows in braces. */
  braced: TapTest | undefined;
}

export interface TapPlan {
  readonly count: number;
  readonly skip: string | undefined;
  /** It stands in front of the tests. */
  readonly isFirst: boolean;
}

// TAP 14: "subtests are indented by four spaces".
const indentStep = 4;

/** The levels that are open in one document, outermost first. */
export class TapLevels {
  readonly #tests: TapTests;
  readonly #onMismatch: (planned: number, ran: number) => void;
  readonly #levels: [TapLevel, ...TapLevel[]] = [newLevel(0, undefined)];

  constructor(tests: TapTests, onMismatch: (planned: number, ran: number) => void) {
    this.#tests = tests;
    this.#onMismatch = onMismatch;
  }

  get document(): TapLevel {
    return this.#levels[0];
  }

  get innermost(): TapLevel {
    return this.#levels.at(-1) ?? this.#levels[0];
  }

  /** The level of a line: one that is open, or a new one below the innermost. Undefined: the line is output. */
  at(indent: number): TapLevel | undefined {
    const { innermost } = this;
    if (indent === innermost.indent) return innermost;
    if (indent === innermost.indent + indentStep) return this.#open(innermost);
    const known = this.#levels.find((level) => level.indent === indent);
    if (known !== undefined) this.close(indent);
    return known;
  }

  /** Ends the groups that are indented deeper. */
  close(indent: number): void {
    while (this.innermost.indent > indent) {
      const level = this.#levels.pop();
      if (level?.group === undefined) return;
      if (level.planned !== undefined && level.planned.count !== level.count) {
        this.#onMismatch(level.planned.count, level.count);
      }
      this.#end(this.innermost, level.group);
    }
  }

  /** A brace at this indentation ends the group behind a test point there; any other is output. */
  closeBrace(indent: number): boolean {
    const isClosing = this.#levels.some((level) => level.indent === indent && level.braced !== undefined);
    if (isClosing) this.close(indent);
    return isClosing;
  }

  #open(around: TapLevel): TapLevel {
    if (this.#levels.length > limits.reportDepthMax) {
      throw new Failure('results-too-large', `subtests are nested more than ${limits.reportDepthMax} deep`);
    }
    const level = newLevel(around.indent + indentStep, {
      name: around.header,
      parent: around.group,
      isSubtest: around.braced !== undefined || around.header !== undefined,
      points: 0,
      failed: undefined,
      excuse: undefined,
      isNoise: false,
      path: undefined,
    });
    this.#levels.push(level);
    return level;
  }

  #end(around: TapLevel, group: TapGroup): void {
    if (around.braced !== undefined) {
      this.#tests.closeBraced(group, around.braced);
      around.braced = undefined;
      return;
    }
    // A group that nothing closed before the next one: it keeps its tests if it was announced.
    if (around.ended !== undefined) around.ended.isNoise = !around.ended.isSubtest;
    around.ended = group;
  }
}

function newLevel(indent: number, group: TapGroup | undefined): TapLevel {
  return {
    indent,
    group,
    planned: undefined,
    count: 0,
    header: undefined,
    ended: undefined,
    braced: undefined,
  };
}
