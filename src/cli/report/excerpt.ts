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

/** `lineCharsMax` cuts lines; a single line can be as long as the whole text. */
export function excerpt(
  text: string,
  linesMax: number,
  lineCharsMax: number = reportLimits.lineCharsMax,
): Excerpt {
  const lines = splitLines(text);
  if (lines.length <= linesMax)
    return { lines: lines.map((each) => clip(each, lineCharsMax)), before: 0, after: 0 };
  // The line that explains stands last but one, so that what led to it is seen and a little of what follows.
  const start = Math.min(Math.max(0, causeIndex(lines) - linesMax + 2), lines.length - linesMax);
  return {
    lines: lines.slice(start, start + linesMax).map((each) => clip(each, lineCharsMax)),
    before: start,
    after: lines.length - start - linesMax,
  };
}

/** The one line of a failure that says most: the exception, where there is one. */
export function causeLine(text: string): string {
  const lines = splitLines(text);
  const found = (lines[causeIndex(lines)] ?? '').trim().replace(pytestMark, '');
  return clip(found, reportLimits.lineCharsMax);
}

function splitLines(text: string): readonly string[] {
  const lines = visible(text).trimEnd().split('\n');
  const first = lines.findIndex((each) => each.trim() !== '');
  return lines.slice(Math.max(0, first));
}

const pytestMark = /^E {2,}/;
// java.lang.AssertionError: …, ModuleNotFoundError: …, Error: …, Caused by: …, panic: …
const exception =
  /^(?:[\w.$]*(?:Error|Exception|Failure|Interrupt|Exit)\b.{0,40}?:|caused by:|panic:|fatal:|error[:[])/i;

/** Index of the line that explains; 0 where nothing looks like it. */
function causeIndex(lines: readonly string[]): number {
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
  return Math.max(0, isTraceback ? lines.findLastIndex(matches) : lines.findIndex(matches));
}
