/** How many columns of a terminal a text takes: wide characters two, combining marks none, our own colours none. */
export function displayWidth(text: string): number {
  if (isPlain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes().segment(text.replace(colour, ''))) width += graphemeWidth(segment);
  return width;
}

/** Cuts to at most `columns` columns, with an ellipsis where something is missing. Takes text without colours. */
export function cutToWidth(text: string, columns: number): string {
  // No grapheme that matters is longer than 32 code units; a name of a megabyte need not be measured whole.
  const near = text.slice(0, columns * 32 + 32);
  if (near.length === text.length && displayWidth(near) <= columns) return text;
  if (columns < 1) return '';
  if (isPlain.test(near)) return `${near.slice(0, columns - 1)}…`;
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes().segment(near)) {
    const next = graphemeWidth(segment);
    if (width + next > columns - 1) break;
    kept += segment;
    width += next;
  }
  return `${kept}…`;
}

/** Cuts in the middle, so that both ends are seen; text with wide characters is cut at its end. */
export function cutMiddle(text: string, columns: number): string {
  if (!isPlain.test(text)) return cutToWidth(text, columns);
  if (text.length <= columns || columns < 3) return cutToWidth(text, columns);
  const tail = Math.floor((columns - 1) / 2);
  return `${text.slice(0, columns - 1 - tail)}…${text.slice(-tail)}`;
}

/** Breaks hard after every `columns` columns. Takes text without colours. */
export function foldToWidth(text: string, columns: number): readonly string[] {
  const rows: string[] = [];
  let row = '';
  let width = 0;
  for (const { segment } of graphemes().segment(text)) {
    const next = graphemeWidth(segment);
    if (row !== '' && width + next > columns) {
      rows.push(row);
      row = '';
      width = 0;
    }
    row += segment;
    width += next;
  }
  return [...rows, row];
}

/** Fills up with spaces to `columns` columns; never cuts. */
export function padToWidth(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return align === 'left' ? text + fill : fill + text;
}

/** One column for each code unit, as in most of what we print: ASCII, and the ellipsis of what was cut. */
const isPlain = /^[\u0020-\u007e\u2026]*$/;
const colour = /\u001b\[[0-9;]*m/g;

let segmenter: Intl.Segmenter | undefined;

/** Made when it is first needed: it reads the tables of Unicode, which costs every start of the program its time. */
function graphemes(): Intl.Segmenter {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter;
}

// Unicode's East Asian Width W and F, by block (UAX #11); emoji presentation is asked of the regular expression engine.
const wide =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}])/u;
const invisible = /^(?:\p{Mark}|\p{Control}|\p{Format})+$/u;

function graphemeWidth(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}
