import type { ReportDocument } from '../../model/report-document.ts';

/** Exactly one document of `reportSchema`. */
export function renderJson(report: ReportDocument): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
