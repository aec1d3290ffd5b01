import type { GateReport } from '../../model/gate-report.ts';
import { reportDocument } from './document.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { formatOf, writeReportFile, type Formats, type Render } from './report-file.ts';
import { renderSarif } from './sarif.ts';
import { renderTerminal } from './terminal.ts';

const html: Render<GateReport> = (report) => renderHtml(reportDocument(report));
const markdown: Render<GateReport> = (report) => renderMarkdown(reportDocument(report));

const formats: Formats<GateReport> = {
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
  formatOf(file, formats);
}

/**
 * Writes a report, in the format that the ending names.
 * @throws Failure `usage`, or of the disk
 */
export async function writeReport(file: string, report: GateReport): Promise<void> {
  await writeReportFile(file, formatOf(file, formats)(report));
}
