import { foldToWidth } from '../../base/display-width.ts';
import { inert } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import { painter, type Paint, type Style } from '../print/paint.ts';
import { line, type Mood } from './words.ts';

export interface TerminalOptions {
  readonly columns: number;
  readonly colour: boolean;
  /** Name the tests of every kind, not only of those that matter. */
  readonly all: boolean;
}

/** What the parts of a report on the terminal are written with. */
export interface Pen {
  readonly paint: Paint;
  /** Columns that a line may take. */
  readonly columns: number;
  readonly all: boolean;
}

export function takePen({ columns, colour, all }: TerminalOptions): Pen {
  return { paint: painter(colour), columns: columnsOf(columns), all };
}

function columnsOf(columns: number): number {
  return Math.min(Math.max(columns || unknown, narrowest), widest);
}

// Some terminals say that they have no columns at all.
const unknown = 80;
// Below this nothing can be set side by side; above it lines are too long to be read.
const narrowest = 40;
const widest = 110;

export const moodStyle = { promote: 'green', hold: 'yellow', reject: 'red' } as const satisfies Record<
  Mood,
  Style
>;
export const moodSign = { promote: '✓', hold: '‖', reject: '✗' } as const satisfies Record<Mood, string>;

/** Foreign text, made safe for a line on a terminal and in the log of a CI system. */
export function safe(text: string, charsMax?: number): string {
  return inert(line(text, charsMax));
}

/** Wraps a text and indents all of it; what stands between backticks is kept on one line, so that it can be copied. */
export function paragraph(text: string, indent: string, { columns }: Pen): readonly string[] {
  const held = text.replaceAll(/`[^`]{1,70}`/g, (code) => code.replaceAll(' ', noBreak));
  return wrapToWidth(held, columns - indent.length).map((each) => indent + each.replaceAll(noBreak, ' '));
}

/** A foreign line, broken hard after every `columns` columns: no row is a command to a CI system, wherever the break falls. */
export function foldInert(text: string, columns: number): readonly string[] {
  const [first = '', ...rest] = foldToWidth(inert(text), columns);
  return rest.length === 0 ? [first] : [first, ...foldInert(rest.join(''), columns)];
}

/** Stands for a space at which {@link paragraph} does not break. */
export const noBreak = '\u00a0';
