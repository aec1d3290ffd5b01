import path from 'node:path';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { nearest } from '../../base/nearest.ts';
import { replaceFile } from '../../base/replace-file.ts';
import type { GateReport } from '../../model/gate-report.ts';
import { reportDocument } from './document.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderSarif } from './sarif.ts';
import { renderTerminal } from './terminal.ts';

type Render = (report: GateReport) => string;

const html: Render = (report) => renderHtml(reportDocument(report));
const markdown: Render = (report) => renderMarkdown(reportDocument(report));

/** What a report file is, by its ending. */
const formats: Readonly<Record<string, Render>> = {
  '.html': html,
  '.htm': html,
  '.md': markdown,
  '.markdown': markdown,
  '.xml': renderJunit,
  '.sarif': (report) => renderSarif(reportDocument(report)),
  '.json': (report) => renderJson(reportDocument(report)),
  '.txt': (report) => renderTerminal(reportDocument(report), { columns: 100, colour: false, all: true }),
};

/** Checks the names before any work is done. @throws Failure `usage` */
export function checkReportFile(file: string): void {
  formatOf(file);
}

/**
 * Writes a report, in the format that the ending names. The file is there whole or not at all; what stood there
 * before is replaced. Missing folders are made.
 * @throws Failure `usage`, or of the disk
 */
export async function writeReport(file: string, report: GateReport): Promise<void> {
  const text = formatOf(file)(report);
  try {
    await makeFolder(path.dirname(file));
    await replaceFile(file, text);
  } catch (error) {
    throw inTheWay(error, file) ?? translateSystemError(error, file);
  }
}

function formatOf(file: string): Render {
  const ending = path.extname(file).toLowerCase();
  const format = Object.hasOwn(formats, ending) ? formats[ending] : undefined;
  if (format !== undefined) return format;
  const known = Object.keys(formats);
  const near = nearest(ending, known);
  throw new Failure(
    'usage',
    `--report ${file}: ${ending === '' ? 'the name has no ending' : `there is no report called ${ending}`}`,
    {
      hint: `Known are ${known.join(' ')}${near === undefined ? '' : `; did you mean ${near}?`}`,
    },
  );
}

function inTheWay(error: unknown, file: string): Failure | undefined {
  const code = systemErrorCode(error);
  if (code !== 'EISDIR' && code !== 'ENOTDIR' && code !== 'EEXIST' && code !== 'ENOTEMPTY') return undefined;
  return new Failure('path-refused', `--report ${file}: something else stands in its place`, {
    cause: error,
  });
}
