/** One rule's line: its points from left to right. */
export interface Line {
  readonly label: string;
  readonly values: readonly number[];
}

export interface Plot {
  readonly title: string;
  readonly below: string;
  /** What stands under the points, from left to right. */
  readonly marks: readonly string[];
  readonly lines: readonly Line[];
}

// Drawn as wide as a phone is, so that the letters keep their size there.
const width = 480;
const plane = { left: 52, right: 464, top: 62, bottom: 300 } as const;
const rowHeight = 22;

/** Shares between 0 and 100 % as lines, for light and dark pages. Each line has its own colour, dash and mark. */
export function drawPlot({ title, below, marks, lines }: Plot): string {
  const legendTop = plane.bottom + 62;
  const height = legendTop + lines.length * rowHeight + 8;
  const x = (index: number): number =>
    plane.left + 14 + (index * (plane.right - plane.left - 28)) / (marks.length - 1);
  const y = (share: number): number => plane.bottom - share * (plane.bottom - plane.top);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
    `<style>${style}</style>`,
    `<rect class="page" width="${width}" height="${height}" rx="6"/>`,
    ...titleLines(title).map(
      (text, row) => `<text class="title" x="16" y="${26 + row * 19}">${escape(text)}</text>`,
    ),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
      `<line class="grid" x1="${plane.left}" x2="${plane.right}" y1="${round(y(share))}" y2="${round(y(share))}"/>`,
      `<text class="small" text-anchor="end" x="${plane.left - 8}" y="${round(y(share) + 4)}">${share * 100} %</text>`,
    ]),
    ...marks.map(
      (mark, index) =>
        `<text class="small" text-anchor="middle" x="${round(x(index))}" y="${plane.bottom + 20}">${escape(mark)}</text>`,
    ),
    `<text class="small" text-anchor="middle" x="${(plane.left + plane.right) / 2}" y="${plane.bottom + 42}">${escape(below)}</text>`,
    ...lines.flatMap(({ values }, line) => {
      const points = values.map((value, index) => [round(x(index)), round(y(value))] as const);
      return [
        `<polyline class="line l${line}" points="${points.map((point) => point.join(',')).join(' ')}"/>`,
        ...points.map(
          ([left, top]) => `<use href="#m${line}" class="mark l${line}" x="${left}" y="${top}"/>`,
        ),
      ];
    }),
    `<defs>${shapes.map((shape, index) => `<path id="m${index}" d="${shape}"/>`).join('')}</defs>`,
    ...lines.flatMap(({ label }, line) => {
      const at = legendTop + line * rowHeight;
      return [
        `<line class="line l${line}" x1="20" x2="64" y1="${at}" y2="${at}"/>`,
        `<use href="#m${line}" class="mark l${line}" x="42" y="${at}"/>`,
        `<text class="small" x="76" y="${at + 4}">${escape(label)}</text>`,
      ];
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** Marks that are told apart without colour: circle, square, triangle, diamond, cross, triangle that points down. */
const shapes: readonly string[] = [
  'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  'M-4 -4h8v8h-8z',
  'M0 -5l5 9h-10z',
  'M0 -5l5 5l-5 5l-5 -5z',
  'M-4 -1h3v-3h2v3h3v2h-3v3h-2v-3h-3z',
  'M0 5l5 -9h-10z',
];

const colours: readonly (readonly [light: string, dark: string])[] = [
  ['#0550ae', '#79c0ff'],
  ['#0f7b6c', '#56d4bc'],
  ['#6639ba', '#d2a8ff'],
  ['#b3261e', '#ff8f87'],
  ['#9a5b00', '#f0b35a'],
  ['#57606a', '#b1bac4'],
];
const dashes: readonly string[] = ['none', 'none', '2 4', '8 4', '4 4', '10 3 2 3'];

const style = [
  'text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}',
  '.title{font-size:15px;font-weight:600}.small{font-size:13px}',
  '.line{fill:none;stroke-width:2.2;stroke-linejoin:round}.grid{stroke-width:1}',
  ...dashes.map((dash, index) => `.line.l${index}{stroke-dasharray:${dash}}`),
  theme(0, { page: '#ffffff', text: '#1f2328', grid: '#d8dee4' }),
  `@media(prefers-color-scheme:dark){${theme(1, { page: '#0d1117', text: '#e6edf3', grid: '#30363d' })}}`,
].join('');

function theme(
  which: 0 | 1,
  { page, text, grid }: { readonly page: string; readonly text: string; readonly grid: string },
): string {
  const own = colours.map(
    (pair, line) => `.line.l${line}{stroke:${pair[which]}}.mark.l${line}{fill:${pair[which]}}`,
  );
  return `.page{fill:${page}}text{fill:${text}}.grid{stroke:${grid}}${own.join('')}`;
}

/** A title in one or two lines. */
function titleLines(title: string): readonly string[] {
  const at = title.lastIndexOf(' ', 56);
  return title.length <= 56 ? [title] : [title.slice(0, at), title.slice(at + 1)];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
