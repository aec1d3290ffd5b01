import { clip, visible } from '../../base/text.ts';
import { reportLimits } from './report-limits.ts';

/** A part of a long text that holds the line which says what went wrong. */
export interface Excerpt {
  /** Made safe to show; never holds a newline. */
  readonly lines: readonly string[];
  /** Lines that were left out before and after. */
  readonly before: number;
  readonly after: number;
}

export interface ExcerptOptions {
  readonly linesMax: number;
  /** Cuts lines; a single line can be as long as the whole text. */
  readonly lineCharsMax?: number;
  /** Where to look when no line explains: a failure begins with its reason, a log ends with it. */
  readonly otherwise?: 'start' | 'end';
}

export function excerpt(text: string, options: ExcerptOptions): Excerpt {
  const { linesMax, lineCharsMax = reportLimits.lineCharsMax, otherwise = 'start' } = options;
  const lines = splitLines(text);
  const cause = causeIndex(lines) ?? (otherwise === 'start' ? 0 : lines.length - 1);
  // The line that explains stands last but one, so that what led to it is seen and a little of what follows.
  const start = Math.max(0, Math.min(Math.max(0, cause - linesMax + 2), lines.length - linesMax));
  const shown = lines.slice(start, start + linesMax);
  return {
    lines: shown.map((each) => clip(each, lineCharsMax)),
    before: start,
    after: lines.length - start - shown.length,
  };
}

/** A text in three: what stands before the line that explains, that line (empty where none does), and what follows. */
export function splitAtCause(text: string): readonly [string, string, string] {
  const lines = splitLines(text);
  const at = causeIndex(lines);
  if (at === undefined) return [lines.join('\n'), '', ''];
  const join = (part: readonly string[]): string => part.map((each) => `${each}\n`).join('');
  return [join(lines.slice(0, at)), lines[at] ?? '', `\n${join(lines.slice(at + 1))}`.trimEnd()];
}

/** The one line of a failure that says most: the exception, where there is one. */
export function causeLine(text: string): string {
  const lines = splitLines(text);
  const found = (lines[causeIndex(lines) ?? 0] ?? '').trim().replace(pytestMark, '');
  return clip(found, reportLimits.lineCharsMax);
}

function splitLines(text: string): readonly string[] {
  const all = visible(text).trimEnd().split('\n');
  const first = all.findIndex((each) => each.trim() !== '');
  const lines = all.slice(Math.max(0, first));
  // What all lines have in front is the reporter's own indentation.
  const shared = lines.reduce(
    (least, each) => (each.trim() === '' ? least : Math.min(least, indentOf(each))),
    Number.POSITIVE_INFINITY,
  );
  return shared > 0 && Number.isFinite(shared) ? lines.map((each) => each.slice(shared)) : lines;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

const pytestMark = /^E {2,}/;
// java.lang.AssertionError: …, ModuleNotFoundError: …, Error: …, Caused by: …, panic: …
const exception =
  /^(?:[\w.$]*(?:Error|Exception|Failure|Interrupt|Exit)\b.{0,40}?:|caused by:|panic:|fatal:|error[:[])/i;

/** Index of the line that explains; undefined where nothing looks like it. */
function causeIndex(lines: readonly string[]): number | undefined {
  // pytest marks what it shows with E; the last block of such lines is the outermost exception, its first line the message.
  const lastMarked = lines.findLastIndex((each) => pytestMark.test(each.trimStart()));
  if (lastMarked !== -1) {
    let first = lastMarked;
    while (first > 0 && /^\s*E(?: |$)/.test(lines[first - 1] ?? '')) first -= 1;
    return first;
  }
  const matches = (each: string): boolean => exception.test(each.trim());
  // Python prints the exception below its traceback, the others above.
  const isTraceback = lines.some((each) => each.includes('Traceback (most recent call last)'));
  const found = isTraceback ? lines.findLastIndex(matches) : lines.findIndex(matches);
  return found === -1 ? undefined : found;
}
