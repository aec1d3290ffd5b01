import type { ReportDocument } from '../../model/report-document.ts';
import { renderAnnotations } from './annotations.ts';
import { blockingFindings, verdictFinding } from './gate-findings.ts';
import type { PlacedFinding } from './placed-finding.ts';

/** The verdict first, then what blocks, then what people should know beside it. */
export function githubAnnotations(report: ReportDocument): string {
  return renderAnnotations([
    verdictFinding(report),
    ...blockingFindings(report),
    ...report.notices.map(noticeFinding),
  ]);
}

function noticeFinding(message: string): PlacedFinding {
  return {
    rule: 'notice',
    severity: 'warning',
    title: 'Lockkeeper',
    message,
    place: undefined,
    identity: [message],
  };
}
