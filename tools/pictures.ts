import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { renderHtml } from '../src/cli/report/html.ts';
import { renderTerminal } from '../src/cli/report/terminal.ts';
import { parseReport, type ReportDocument } from '../src/model/report-document.ts';
import { withBrowser } from './browser.ts';
import { terminalPicture } from './terminal-picture.ts';

/**
 * `node tools/pictures.ts REPORT.json`: the pictures of a verdict that the README shows, from a report that
 * `lockkeeper gate --report REPORT.json` wrote.
 */
const folder = join(import.meta.dirname, '..', 'docs', 'images');
const columns = 92;
// What a reader takes in at one look.
const linesMax = 40;
// A picture that is larger makes the README slow to open.
const pictureBytesMax = 150 * 1024;

export async function main(file: string | undefined): Promise<number> {
  if (file === undefined) {
    console.error('usage: node tools/pictures.ts REPORT.json');
    return 2;
  }
  const report = named(parseReport(readFileSync(file), file));
  mkdirSync(folder, { recursive: true });
  const svg = join(folder, 'verdict-terminal.svg');
  const png = join(folder, 'verdict-html.png');
  writeFileSync(svg, drawTerminal(report));
  await photograph(report, png);
  for (const picture of [svg, png]) {
    const { size } = statSync(picture);
    console.log(`${picture} ${size} bytes`);
    if (size > pictureBytesMax) {
      console.error(`${picture} is larger than ${pictureBytesMax} bytes`);
      return 1;
    }
  }
  return 0;
}

/** As the command in the picture names it. */
function named(report: ReportDocument): ReportDocument {
  const { origin, verdict } = report;
  if (origin.kind !== 'bundle') return report;
  const next = verdict.next.replaceAll(origin.path, bundle);
  return { ...report, origin: { ...origin, path: bundle }, verdict: { ...verdict, next } };
}

const bundle = 'bundle/';

function drawTerminal(report: ReportDocument): string {
  const lines = renderTerminal(report, { columns, colour: true, all: false }).trimEnd().split('\n');
  // The last paragraph says what comes next.
  const next = lines.findLastIndex((line) => line === '');
  const shown =
    lines.length <= linesMax
      ? lines
      : [...lines.slice(0, linesMax - lines.length + next), '  ⋮', ...lines.slice(next)];
  const { kind, sentence } = report.verdict;
  return terminalPicture(shown.join('\n'), {
    command: `lockkeeper gate --bundle ${bundle}`,
    columns,
    title: `A verdict on the terminal: ${kind}. ${sentence}`,
  });
}

async function photograph(report: ReportDocument, file: string): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'lockkeeper-pictures-'));
  try {
    const page = join(place, 'report.html');
    writeFileSync(page, renderHtml(report));
    await withBrowser({ width: 1280, height: 1000, scheme: 'light' }, async (browser) => {
      const opened = await browser.newPage();
      await opened.goto(pathToFileURL(page).href);
      await opened.screenshot({ path: file });
    });
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

if (import.meta.main) process.exitCode = await main(process.argv[2]);
