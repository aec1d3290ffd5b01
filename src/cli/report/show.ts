import path from 'node:path';
import type { GateReport } from '../../model/gate-report.ts';
import type { CommandInput, Context, OptionDefinition } from '../command.ts';
import { reportDocument } from './document.ts';
import { addToSummary, githubReport, summaryFile } from './github-summary.ts';
import { githubAnnotations } from './github.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { writeEach } from './report-file.ts';
import { renderTerminal } from './terminal.ts';
import { checkReportFile, writeReport } from './write.ts';

/** Options of the commands that end with a verdict. */
export const reportOptions: readonly OptionDefinition[] = [
  {
    long: '--report',
    value: 'FILE',
    description:
      'Also write a report; the ending says which: .html, .md, .xml (JUnit), .sarif, .json or .txt. `github` is no file: it adds to the summary of a step of GitHub Actions, and annotates.',
    repeatable: true,
  },
  { long: '--all', description: 'Name the tests of every kind, not only of those that matter.' },
];

/** To be called before any work is done. @throws Failure `usage` */
export function checkReportNames(files: readonly string[], env: Context['env']): void {
  for (const file of files) {
    if (file === githubReport) summaryFile(env);
    else checkReportFile(file);
  }
}

/**
 * The result on standard output, as text or as one document; then the files.
 */
export async function showReport(
  report: GateReport,
  input: Pick<CommandInput, 'flag' | 'values'>,
  {
    json,
    stdout,
    stderr,
    cwd,
    quiet,
    env,
  }: Pick<Context, 'json' | 'stdout' | 'stderr' | 'cwd' | 'quiet' | 'env'>,
): Promise<void> {
  const document = reportDocument(report);
  stdout.write(
    json
      ? renderJson(document)
      : renderTerminal(document, {
          columns: stdout.columns,
          colour: stdout.colour,
          all: input.flag('--all'),
        }),
  );
  await writeEach(input.values('--report'), { stderr, quiet }, async (file) => {
    if (file !== githubReport) {
      await writeReport(path.resolve(cwd, file), report);
      return true;
    }
    // Standard output may be one document; the runner reads both.
    stderr.write(githubAnnotations(document));
    await addToSummary(summaryFile(env), (room) => renderMarkdown(document, room));
    return false;
  });
}
