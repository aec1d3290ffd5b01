import type { ReportDocument, ReportSuite } from '../../model/report-document.ts';
import { line } from './words.ts';

/** What people should know beside the verdict: whose run was used again, and what was said of waivers, holds and the ledger. */
export function noticesOf({ suites, notices }: ReportDocument): readonly string[] {
  const reused = suites.flatMap((suite) => {
    const ranAt = suite.trials.find((trial) => trial.reused === true)?.startedAt;
    if (ranAt === undefined) return [];
    const isRunAgain = suite.trials.some(
      ({ side, step, reused: isReused }) => side === 'baseline' && step === 'screen' && isReused !== true,
    );
    const rest = isRunAgain
      ? 'and was run again, since that spoke against the candidate'
      : 'and was not run again';
    return [`${nameOf(suite, suites)}: the baseline’s screen is of ${instantText(ranAt)}, ${rest}`];
  });
  return [...reused, ...notices].map((notice) => line(notice, noticeCharsMax));
}

const noticeCharsMax = 600;

function nameOf({ suite, image, platform }: ReportSuite, all: readonly ReportSuite[]): string {
  return all.length === 1 ? suite : `${suite} on ${image}, ${platform}`;
}

function instantText(instant: string): string {
  return instant.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');
}
