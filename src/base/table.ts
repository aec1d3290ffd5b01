import { cutMiddle, cutToWidth, displayWidth, padToWidth } from './display-width.ts';

export interface Column {
  readonly align?: 'left' | 'right';
  /**
   * May be cut when the table is wider than its place; never below {@link narrowest} columns. `middle`: what is missing is
   * taken from the middle, for image names, which differ at their ends.
   */
  readonly shrinks?: boolean | 'middle';
}

/** A cell is text of one line; `paint` colours it after it has been cut and padded. */
export type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

/** Sets rows in columns, two spaces apart, within `width` columns as far as shrinking columns allow. No borders. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
): readonly string[] {
  const widths = fit(columns, natural(columns, rows), width - gap.length * (columns.length - 1));
  return rows.map((row) => formatRow(columns, row, widths));
}

const gap = '  ';
const narrowest = 8;

function natural(columns: readonly Column[], rows: readonly (readonly Cell[])[]): readonly number[] {
  return columns.map((_, index) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(textOf(row[index]))), 0),
  );
}

/** Takes what is too much from the widest shrinking columns first, so that all of them end about equally wide. */
function fit(columns: readonly Column[], widths: readonly number[], place: number): readonly number[] {
  const fitted = [...widths];
  let excess = widths.reduce((sum, each) => sum + each, 0) - place;
  while (excess > 0) {
    const shrinking = fitted.filter((each, index) => isShrinking(columns[index]) && each > narrowest);
    const widest = Math.max(0, ...shrinking);
    if (widest === 0) break;
    // One column of the widest at a time and never far below the others, so that equals stay about equal.
    const share = Math.ceil(excess / shrinking.filter((each) => each === widest).length);
    const next = Math.max(narrowest, ...shrinking.filter((each) => each < widest), widest - share);
    const index = fitted.findIndex((each, at) => each === widest && isShrinking(columns[at]));
    fitted[index] = next;
    excess -= widest - next;
  }
  return fitted;
}

function isShrinking(column: Column | undefined): boolean {
  return column?.shrinks !== undefined && column.shrinks !== false;
}

function formatRow(columns: readonly Column[], row: readonly Cell[], widths: readonly number[]): string {
  const cells = row.map((cell, index) => {
    const width = widths[index] ?? 0;
    const column = columns[index];
    const cut =
      column?.shrinks === 'middle' ? cutMiddle(textOf(cell), width) : cutToWidth(textOf(cell), width);
    const last = index === row.length - 1 && column?.align !== 'right';
    const set = last ? cut : padToWidth(cut, width, column?.align ?? 'left');
    return typeof cell === 'string' ? set : cell.paint(set);
  });
  return cells.join(gap).trimEnd();
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  return typeof cell === 'string' ? cell : cell.text;
}
