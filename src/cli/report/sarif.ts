import { findingKinds } from '../../model/finding.ts';
import type { ReportDocument } from '../../model/report-document.ts';
import { blockingFindings, verdictFinding } from './gate-findings.ts';
import { kindTexts } from './kinds.ts';
import { renderSarifLog, type RuleText } from './sarif-log.ts';
import { asSentence, moodOf } from './words.ts';

/**
 * What is new in the candidate and blocks it, and nothing else: what failed before fails still, and is no finding of this
 * change. A verdict that does not promote is a result of its own, so that a hold is never shown as a clean scan.
 */
export function renderSarif(report: ReportDocument): string {
  const verdict = moodOf(report.verdict) === 'promote' ? [] : [verdictFinding(report)];
  return renderSarifLog({
    madeBy: report.madeBy,
    startedAt: report.createdAt,
    exit: report.exit,
    outcome: report.verdict.kind,
    findings: [...verdict, ...blockingFindings(report)],
    ruleText,
    elsewhere: 'lockkeeper.yaml',
    baselineState: 'new',
  });
}

function ruleText(rule: string): RuleText {
  const help = 'The verdict says whose move it is, and which command changes it.';
  const kind = findingKinds.find((each) => each === rule);
  if (kind !== undefined)
    return { title: kindTexts[kind].title, text: asSentence(`a test ${kindTexts[kind].one}`), help };
  return {
    title: 'The gate does not let the candidate be promoted',
    text: 'A candidate is promoted only where the tests of those who use it show it to be as good as what it replaces.',
    help,
  };
}
