import { appendFile, stat } from 'node:fs/promises';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import type { Room } from './markdown.ts';
import { reportLimits } from './report-limits.ts';

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
 * Adds the report to the step's summary, which other programs of the step may have begun, as far as there is room: what is
 * over the limit makes GitHub show none of it.
 * @throws Failure `output-exists` (it is full), or of the disk
 */
export async function addToSummary(file: string, render: (room: Room) => string): Promise<void> {
  try {
    const { summaryBytesMax, summaryOwnBytesMax } = reportLimits;
    const left = summaryBytesMax - (await sizeOf(file));
    const room = {
      max: Math.min(left, summaryOwnBytesMax),
      sizeOf: (text: string) => Buffer.byteLength(text),
    };
    const text = render(room);
    if (Buffer.byteLength(text) > left) throw full(file);
    await appendFile(file, text);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw translateSystemError(error, file);
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

function full(file: string): Failure {
  return new Failure('output-exists', `${file} has no room left for the report`, {
    hint: 'GitHub shows no summary of a step that is larger than 1 MiB. Run this in a step of its own.',
  });
}
