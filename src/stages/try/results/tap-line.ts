import { limits } from '../../../base/limits.ts';

/** One line of TAP 13 or 14 (https://testanything.org), without its indentation. */
export type TapLine =
  | { readonly kind: 'version' }
  | { readonly kind: 'plan'; readonly count: number; readonly skip: string | undefined }
  | TapPoint
  | { readonly kind: 'bail-out'; readonly reason: string }
  /** `# Subtest: name`: a group of tests follows, or one test of this name. */
  | { readonly kind: 'subtest'; readonly name: string }
  | { readonly kind: 'comment'; readonly text: string }
  /** `---`, which may begin a block of diagnostics, and `...`, which ends it. */
  | { readonly kind: 'dashes' }
  | { readonly kind: 'dots' }
  /** `{` and `}` around a group of tests that follows its own test point (node-tap). */
  | { readonly kind: 'brace-open' }
  | { readonly kind: 'brace-close' }
  /** `pragma +strict`, which speaks to a reader of another kind (TAP 14). */
  | { readonly kind: 'pragma' }
  | { readonly kind: 'other' };

export interface TapPoint {
  readonly kind: 'point';
  readonly ok: boolean;
  readonly number: number | undefined;
  /** Without directive and timing; empty where there is none. */
  readonly name: string;
  readonly directive: TapDirective | undefined;
  readonly seconds: number | undefined;
  /** It ends with ` {`, which begins a group of tests, or belongs to its name. */
  readonly opensBrace: boolean;
}

export interface TapDirective {
  readonly kind: 'skip' | 'todo';
  readonly reason: string;
}

const other: TapLine = { kind: 'other' };

export function readTapLine(text: string): TapLine {
  // What a line begins with decides; most lines of a noisy output are none of these.
  switch (text[0]) {
    case 'o':
    case 'n':
      return readPoint(text) ?? other;
    case '1':
      return readPlan(text) ?? other;
    case '#':
      return readComment(text);
    case 'T':
      return /^TAP version \d+\s*$/.test(text) ? { kind: 'version' } : other;
    case 'B':
    case 'b': {
      const reason = /^bail out!(.*)$/is.exec(text)?.[1];
      return reason === undefined ? other : { kind: 'bail-out', reason: reason.trim() };
    }
    case 'p':
      return /^pragma [+-]\w/.test(text) ? { kind: 'pragma' } : other;
    case '-':
    case '.':
    case '{':
    case '}':
      return marks.get(text.trimEnd()) ?? other;
    default:
      return other;
  }
}

const marks: ReadonlyMap<string, TapLine> = new Map([
  ['---', { kind: 'dashes' }],
  ['...', { kind: 'dots' }],
  ['{', { kind: 'brace-open' }],
  ['}', { kind: 'brace-close' }],
]);

function readPlan(text: string): TapLine | undefined {
  const found = /^1\.\.(\d{1,9})\s*(?:#(.*))?$/s.exec(text);
  if (found === null) return undefined;
  const skip = /^\s*skip\S*\s*(.*)$/is.exec(found[2] ?? '')?.[1];
  return { kind: 'plan', count: Number(found[1]), skip: skip?.trim() };
}

function readComment(text: string): TapLine {
  const name = /^# Subtest(?::(.*))?$/s.exec(text);
  if (name !== null) return { kind: 'subtest', name: unescape((name[1] ?? '').trim()) };
  return { kind: 'comment', text: text.slice(1).trimEnd() };
}

function readPoint(text: string): TapPoint | undefined {
  const found = /^(not )?ok(?:\s+(\d{1,9})(?!\S))?(?!\S)(.*)$/s.exec(text);
  if (found === null) return undefined;
  const told = (found[3] ?? '').trim();
  const opensBrace = told.endsWith(' {') || told === '{';
  const { description, directive, seconds } = splitDirective(told);
  return {
    kind: 'point',
    ok: found[1] === undefined,
    number: found[2] === undefined ? undefined : Number(found[2]),
    name: unescape(description.replace(/^-(?:\s+|$)/, '')).trim(),
    directive,
    seconds,
    opensBrace,
  };
}

interface Told {
  readonly description: string;
  readonly directive: TapDirective | undefined;
  readonly seconds: number | undefined;
}

/** A hash that is not escaped may begin `SKIP why`, `TODO why`, or node-tap's `time=5ms`; else it is part of the name. */
function splitDirective(told: string): Told {
  let description = told;
  let directive: TapDirective | undefined;
  let seconds: number | undefined;
  // From the last hash to the first, so that a name may hold hashes of its own. Two directives are one too many.
  for (
    let looked = 0, hash = told.lastIndexOf('#');
    hash !== -1 && looked < limits.tapHashesMax;
    looked += 1
  ) {
    if (isMark(told, hash)) {
      const rest = description.slice(hash + 1).trim();
      const word = /^(skip|todo)\S*\s*(.*)$/is.exec(rest);
      const time = /^time=(\d{1,12}(?:\.\d{1,12})?)(ms|s)?(?:\s*\{)?$/.exec(rest);
      if (word !== null) {
        directive = {
          kind: word[1]?.toLowerCase() === 'skip' ? 'skip' : 'todo',
          reason: unescape((word[2] ?? '').trim()),
        };
      } else if (time !== null) seconds = Number(time[1]) / (time[2] === 's' ? 1 : 1000);
      if (word !== null || time !== null) description = told.slice(0, hash).trimEnd();
    }
    hash = hash === 0 ? -1 : told.lastIndexOf('#', hash - 1);
  }
  return { description, directive, seconds };
}

/** Directives stand alone: behind a space or at the beginning, and not behind a backslash. */
function isMark(told: string, hash: number): boolean {
  return hash === 0 || /\s/.test(told[hash - 1] ?? '');
}

/** TAP 14 writes `\#` and `\\`. */
function unescape(text: string): string {
  return text.includes('\\') ? text.replaceAll(/\\([\\#])/g, '$1') : text;
}
