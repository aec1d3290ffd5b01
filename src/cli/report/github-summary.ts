import { appendFile } from 'node:fs/promises';
import { Failure, translateSystemError } from '../../base/failure.ts';
import type { ReportDocument } from '../../model/report-document.ts';
import { renderMarkdown } from './markdown.ts';

/** The word that `--report` takes instead of a file. */
export const githubReport = 'github';

/** Only a job of GitHub Actions has a summary. @throws Failure `usage` */
export function summaryFile(env: Readonly<Record<string, string | undefined>>): string {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (file !== undefined && file !== '') return file;
  throw new Failure(
    'usage',
    '--report github: this is no step of GitHub Actions (GITHUB_STEP_SUMMARY is not set)',
    {
      hint: 'Name a file instead, such as --report verdict.md.',
    },
  );
}

/**
 * Adds the comment to the step's summary, which other programs of the step may have begun. A summary holds 1 MiB; a
 * comment stays far below that.
 * @throws Failure of the disk
 */
export async function addToSummary(file: string, report: ReportDocument): Promise<void> {
  try {
    await appendFile(file, renderMarkdown(report));
  } catch (error) {
    throw translateSystemError(error, file);
  }
}
