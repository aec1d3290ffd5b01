import path from 'node:path';
import type { Context, OptionDefinition } from '../command.ts';
import { addToSummary, githubReport, summaryFile } from '../report/github-summary.ts';
import { markdownText } from '../report/markdown-text.ts';
import { formatOf, writeEach, writeReportFile, type Formats } from '../report/report-file.ts';
import { updateBody } from './body.ts';
import type { Updated } from './on-forge.ts';
import { branchText } from './text.ts';

export const updateReportOption: OptionDefinition = {
  long: '--report',
  value: 'FILE',
  description:
    'Also write what people read in the pull request, with what became of it, as .md. `github` is no file: it adds to the summary of a step of GitHub Actions.',
  repeatable: true,
};

/** What an update came to, and the branch that it is on. */
export interface UpdateEnded extends Updated {
  readonly branch: string;
}

const formats: Formats<UpdateEnded> = { '.md': (done) => updateMarkdown(done, fileCharsMax) };

// What GitHub takes as a pull request's body; more of it nobody reads.
const fileCharsMax = 65_536;
// The most that a character (a UTF-16 code unit) takes in UTF-8.
const bytesACharacter = 3;

/** To be called before any work is done. @throws Failure `usage` */
export function checkUpdateReports(names: readonly string[], env: Context['env']): void {
  for (const name of names) {
    if (name === githubReport) summaryFile(env);
    else formatOf(name, formats);
  }
}

export async function writeUpdateReports(
  names: readonly string[],
  done: UpdateEnded,
  context: Pick<Context, 'stderr' | 'quiet' | 'cwd' | 'env'>,
): Promise<void> {
  await writeEach(names, context, async (name) => {
    if (name !== githubReport) {
      await writeReportFile(path.resolve(context.cwd, name), formatOf(name, formats)(done));
      return true;
    }
    await addToSummary(summaryFile(context.env), ({ max }) =>
      updateMarkdown(done, Math.min(fileCharsMax, Math.floor(max / bytesACharacter))),
    );
    return false;
  });
}

/** The title, where it is, and the text of the pull request; at most `charsMax` characters. */
function updateMarkdown(
  { proposal, outcome, pullRequest, report, branch }: UpdateEnded,
  charsMax: number,
): string {
  const ended = outcome === undefined ? [] : [markdownText(branchText(outcome, branch))];
  const place = pullRequest === undefined ? [] : [markdownText(`${pullRequest.name} ${pullRequest.url}`)];
  const head = [`### ${markdownText(proposal.title)}`, ...ended, ...place]
    .map((line) => `${line}\n\n`)
    .join('');
  return `${head}${updateBody(report, Math.max(0, charsMax - head.length))}`;
}
