import { displayWidth } from '../src/base/display-width.ts';

export interface PictureOptions {
  /** What was typed. */
  readonly command: string;
  readonly columns: number;
  /** Text for those who do not see the picture. */
  readonly title: string;
}

interface Look {
  readonly colour: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
}

interface Piece extends Look {
  readonly text: string;
}

const cell = { width: 8.4, height: 19 };
const margin = { left: 20, top: 58, bottom: 22 };
const colours: Readonly<Record<string, string>> = {
  31: '#ff9a8f',
  32: '#5fd39a',
  33: '#e6b95c',
  36: '#7cc7e0',
};

/**
 * Text with terminal colours as an SVG picture of a terminal. Every piece of text is set to its exact width, so that
 * columns stay straight whatever font the reader has.
 */
export function terminalPicture(text: string, { command, columns, title }: PictureOptions): string {
  const lines = [`\u001b[36m$\u001b[39m \u001b[1m${command}\u001b[22m`, ...text.trimEnd().split('\n')];
  const width = Math.ceil(columns * cell.width + 2 * margin.left);
  const height = margin.top + lines.length * cell.height + margin.bottom;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">
<title>${escape(title)}</title>
<rect width="${width}" height="${height}" rx="10" fill="#10191e"/>
<path d="M0 36h${width}" stroke="#2c3c44"/>
<circle cx="22" cy="18" r="6" fill="#ff9a8f"/><circle cx="42" cy="18" r="6" fill="#e6b95c"/><circle cx="62" cy="18" r="6" fill="#5fd39a"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e4edef" xml:space="preserve">
${lines.map((line, index) => lineOf(line, margin.top + index * cell.height)).join('')}</g>
</svg>
`;
}

function lineOf(line: string, y: number): string {
  let column = 0;
  return piecesOf(line)
    .map((piece) => {
      const at = column;
      const width = displayWidth(piece.text);
      column += width;
      return piece.text.trim() === '' ? '' : pieceOf(piece, at, width, y);
    })
    .join('');
}

function pieceOf({ text, colour, bold, dim }: Piece, column: number, columns: number, y: number): string {
  const x = (margin.left + column * cell.width).toFixed(1);
  const looks = [
    colour === undefined ? '' : ` fill="${colour}"`,
    bold ? ' font-weight="700"' : '',
    dim ? ' opacity="0.65"' : '',
  ].join('');
  return `<text x="${x}" y="${y}" textLength="${(columns * cell.width).toFixed(1)}" lengthAdjust="spacingAndGlyphs"${looks}>${escape(text)}</text>\n`;
}

/** Splits a line at its colour codes. Spaces at the ends are left to the position of the next piece. */
function piecesOf(line: string): readonly Piece[] {
  let look: Look = { colour: undefined, bold: false, dim: false };
  const pieces: Piece[] = [];
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    const codes = /^\u001b\[([0-9;]*)m$/.exec(part)?.[1];
    if (codes === undefined) pieces.push(...words(part).map((text) => ({ ...look, text })));
    else for (const code of codes.split(';')) look = lookAfter(look, code);
  }
  return pieces;
}

/** Runs of several spaces are pieces of their own: readers of SVG may draw them as one. */
function words(text: string): readonly string[] {
  return text.split(/( {2,}|^ )/).filter((part) => part !== '');
}

function lookAfter(look: Look, code: string): Look {
  switch (code) {
    case '':
    case '0':
      return { colour: undefined, bold: false, dim: false };
    case '1':
      return { ...look, bold: true };
    case '2':
      return { ...look, dim: true };
    case '22':
      return { ...look, bold: false, dim: false };
    case '39':
      return { ...look, colour: undefined };
    default:
      return { ...look, colour: colours[code] ?? look.colour };
  }
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
