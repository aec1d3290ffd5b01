import { limits } from '../base/limits.ts';
import { literalPrefix, literalSuffix } from './glob-edges.ts';

/**
 * Globs over paths (result files) and over test ids (must-pass lists). Patterns and texts may both come from
 * strangers, so a pattern becomes a small automaton that is walked once: time is characters of the text times
 * characters of the pattern at worst, whatever either holds. Nothing backtracks.
 *
 * | written | over paths | over test ids |
 * | --- | --- | --- |
 * | `*` | any characters but `/` | any characters |
 * | `**` | any characters; `**` + `/` also none at all | any characters |
 * | `?` | one character but `/` | one character |
 * | `[a-z]`, `[!a-z]` | one character of the class, never `/` | itself: runners put brackets into names (`test_x[1-2]`) |
 * | `{a,b}` | either, nested too | either, nested too |
 * | `\x` | the character x | the character x |
 *
 * A brace or bracket without its partner is itself. A leading dot is a character like any other.
 * A test id that is equal to the pattern always matches.
 */
export type GlobSubject = 'path' | 'test';

/** For one pattern and one text; {@link compileGlob} is for several texts. */
export function matchesGlob(pattern: string, text: string, subject: GlobSubject = 'test'): boolean {
  return compileGlob(pattern, subject)(text);
}

export function compileGlob(pattern: string, subject: GlobSubject): (text: string) => boolean {
  const walk = new Walk(new Compiler(pattern, subject).compile());
  const prefix = literalPrefix(pattern);
  const suffix = literalSuffix(pattern);
  return (text) =>
    (subject === 'test' && text === pattern) ||
    (text.startsWith(prefix) && text.endsWith(suffix) && walk.accepts(text));
}

/** Whether a pattern over paths can match more than one path. */
export function hasWildcard(pattern: string): boolean {
  return /[*?[{\\]/.test(pattern);
}

/** One state; `next` and `also` are states that follow, -1 is none. */
interface State {
  /** What it takes to go to `next`; undefined: nothing, and `also` is entered as well. */
  readonly accepts: ((character: number) => boolean) | undefined;
  next: number;
  also: number;
}

interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
  readonly end: number;
}

const slash = 0x2f;
const notSlash = (character: number): boolean => character !== slash;
const anything = (): boolean => true;

/** Builds the automaton from the back to the front of each part, as Thompson (1968) does. */
class Compiler {
  readonly #pattern: readonly string[];
  readonly #overPaths: boolean;
  readonly #states: State[] = [];
  readonly #partners: ReadonlyMap<number, readonly number[]>;
  #at = 0;

  constructor(pattern: string, subject: GlobSubject) {
    this.#pattern = Array.from(pattern);
    this.#overPaths = subject === 'path';
    this.#partners = bracePartners(this.#pattern, this.#overPaths);
  }

  compile(): Automaton {
    const start = this.#add(undefined);
    const end = this.#sequence(start, this.#pattern.length);
    return { states: this.#states, start, end };
  }

  /** Reads up to `until`, continuing from state `from`; returns the state in which it ends. */
  #sequence(from: number, until: number): number {
    let last = from;
    while (this.#at < until) last = this.#token(last);
    return last;
  }

  #token(from: number): number {
    const at = this.#at;
    const character = this.#pattern[at] ?? '';
    this.#at += 1;
    if (character === '\\' && at + 1 < this.#pattern.length) {
      this.#at += 1;
      return this.#step(from, isCharacter(this.#pattern[at + 1] ?? ''));
    }
    if (character === '*') return this.#star(from);
    if (character === '?') return this.#step(from, this.#overPaths ? notSlash : anything);
    const separators = this.#partners.get(at);
    if (separators === undefined) return this.#step(from, isCharacter(character));
    return character === '[' ? this.#class(from, separators[0] ?? at) : this.#braces(from, separators);
  }

  #star(from: number): number {
    if (this.#pattern[this.#at] !== '*') return this.#loop(from, this.#overPaths ? notSlash : anything);
    const before = this.#pattern[this.#at - 2];
    while (this.#pattern[this.#at] === '*') this.#at += 1;
    const wholeSegment =
      this.#overPaths && (before === undefined || before === '/') && this.#pattern[this.#at] === '/';
    if (!wholeSegment) return this.#loop(from, anything);
    this.#at += 1;
    // `**/`: nothing, or anything up to and with a slash.
    const inside = this.#loop(from, anything);
    const behind = this.#step(inside, isCharacter('/'));
    const end = this.#add(undefined);
    this.#join(behind, end);
    this.#join(from, end);
    return end;
  }

  #class(from: number, close: number): number {
    const negated = this.#pattern[this.#at] === '!' || this.#pattern[this.#at] === '^';
    const members = this.#pattern
      .slice(this.#at + (negated ? 1 : 0), close)
      .map((each) => each.codePointAt(0) ?? 0);
    const ranges: [number, number][] = [];
    for (let index = 0; index < members.length; index += 1) {
      const first = members[index] ?? 0;
      const isRange = members[index + 1] === hyphen && index + 2 < members.length;
      ranges.push([first, isRange ? (members[index + 2] ?? first) : first]);
      if (isRange) index += 2;
    }
    this.#at = close + 1;
    return this.#step(
      from,
      (character) =>
        notSlash(character) &&
        ranges.some(([first, last]) => first <= character && character <= last) !== negated,
    );
  }

  /** `separators`: the places of the commas and of the closing brace. */
  #braces(from: number, separators: readonly number[]): number {
    const fork = this.#fork(from);
    const ends = separators.map((separator) => {
      const end = this.#sequence(this.#fork(fork), separator);
      this.#at = separator + 1;
      return end;
    });
    const end = this.#add(undefined);
    for (const each of ends) this.#join(each, end);
    return end;
  }

  /** Adds a state that takes one character. */
  #step(from: number, takes: (character: number) => boolean): number {
    const step = this.#fork(from);
    const state = this.#states[step];
    const end = this.#add(undefined);
    if (state !== undefined) this.#states[step] = { accepts: takes, next: end, also: -1 };
    return end;
  }

  /** Any number of characters. */
  #loop(from: number, takes: (character: number) => boolean): number {
    const start = this.#fork(from);
    const end = this.#step(start, takes);
    this.#join(end, start);
    return start;
  }

  /** A new state that `from` leads to. */
  #fork(from: number): number {
    const state = this.#add(undefined);
    this.#join(from, state);
    return state;
  }

  /** From `from` one may go on to `to` without taking a character; a chain of states where there are many ways. */
  #join(from: number, to: number): void {
    const state = this.#states[from];
    if (state === undefined) return;
    if (state.next === -1) state.next = to;
    else if (state.also === -1) state.also = to;
    else {
      const more = this.#add(undefined);
      this.#states[more] = { accepts: undefined, next: state.also, also: to };
      state.also = more;
    }
  }

  #add(takes: State['accepts']): number {
    this.#states.push({ accepts: takes, next: -1, also: -1 });
    return this.#states.length - 1;
  }
}

const hyphen = 0x2d;

function isCharacter(text: string): (character: number) => boolean {
  const wanted = text.codePointAt(0);
  return (character) => character === wanted;
}

/**
 * For every opening brace that has commas and a partner: the places of its commas and of its partner.
 * For every opening bracket (over paths) that has a partner: the partner.
 */
function bracePartners(
  pattern: readonly string[],
  overPaths: boolean,
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, readonly number[]>();
  const open: { readonly at: number; readonly commas: number[] }[] = [];
  // Where no bracket closes, looking for its partner again for each further one would be quadratic.
  const lastBracket = pattern.lastIndexOf(']');
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') at += 1;
    else if (character === '[' && overPaths) {
      const close = at < lastBracket ? closingBracket(pattern, at) : -1;
      if (close === -1) continue;
      found.set(at, [close]);
      at = close;
    } else if (character === '{' && open.length < limits.globBraceDepthMax) open.push({ at, commas: [] });
    else if (character === ',') open.at(-1)?.commas.push(at);
    else if (character === '}') {
      const brace = open.pop();
      if (brace !== undefined && brace.commas.length > 0) found.set(brace.at, [...brace.commas, at]);
    }
  }
  return found;
}

/** A bracket right behind the opening one (or behind its `!`) is a member. */
function closingBracket(pattern: readonly string[], open: number): number {
  const first = pattern[open + 1] === '!' || pattern[open + 1] === '^' ? open + 2 : open + 1;
  return pattern.indexOf(']', first + 1);
}

const stepsMax = 0xffff_fff0;

/** The set of states that an automaton is in, with storage that is used again for every character and text. */
class Walk {
  readonly #automaton: Automaton;
  /** In which step each state was last entered. */
  readonly #entered: Uint32Array;
  #step = 0;
  #active: number[] = [];
  #next: number[] = [];
  readonly #waiting: number[] = [];

  constructor(automaton: Automaton) {
    this.#automaton = automaton;
    this.#entered = new Uint32Array(automaton.states.length);
  }

  accepts(text: string): boolean {
    const { states, start, end } = this.#automaton;
    this.#next.length = 0;
    this.#enter(start);
    for (const piece of text) {
      if (this.#swap() === 0) return false;
      const character = piece.codePointAt(0) ?? 0;
      for (const index of this.#active) {
        const state = states[index];
        if (state?.accepts?.(character) === true) this.#enter(state.next);
      }
    }
    this.#swap();
    return this.#active.includes(end);
  }

  #swap(): number {
    [this.#active, this.#next] = [this.#next, this.#active];
    this.#next.length = 0;
    this.#step += 1;
    // Steps are numbered on over all texts; where the numbers end, they begin again.
    if (this.#step === stepsMax) {
      this.#entered.fill(0);
      this.#step = 0;
    }
    return this.#active.length;
  }

  /** Adds a state and all that can be reached from it without taking a character. */
  #enter(first: number): void {
    this.#waiting.push(first);
    for (let index = this.#waiting.pop(); index !== undefined; index = this.#waiting.pop()) {
      if (index === -1 || this.#entered[index] === this.#step + 1) continue;
      this.#entered[index] = this.#step + 1;
      this.#next.push(index);
      const state = this.#automaton.states[index];
      if (state !== undefined && state.accepts === undefined) this.#waiting.push(state.next, state.also);
    }
  }
}
