import path from 'node:path';
import type { ChangeDocument } from '../../model/change-document.ts';
import type { CommandInput, Context } from '../command.ts';
import { formatOf, writeEach, writeReportFile, type Formats } from '../report/report-file.ts';
import { renderChangeHtml } from './html.ts';
import { renderChangeMarkdown } from './markdown.ts';
import { renderChange } from './terminal.ts';

const formats: Formats<ChangeDocument> = {
  '.html': renderChangeHtml,
  '.htm': renderChangeHtml,
  '.md': renderChangeMarkdown,
  '.markdown': renderChangeMarkdown,
  '.json': json,
  '.txt': (document) => renderChange(document, { columns: 100, colour: false, all: true }),
};

/** To be called before any work is done. @throws Failure `usage` */
export function checkChangeFiles(files: readonly string[]): void {
  for (const file of files) formatOf(file, formats);
}

/** The result on standard output, as text or as one document; then the files. */
export async function showChange(
  document: ChangeDocument,
  input: Pick<CommandInput, 'flag' | 'values'>,
  context: Pick<Context, 'json' | 'stdout' | 'stderr' | 'cwd' | 'quiet'>,
): Promise<void> {
  const { columns, colour } = context.stdout;
  context.stdout.write(
    context.json ? json(document) : renderChange(document, { columns, colour, all: input.flag('--all') }),
  );
  await writeEach(input.values('--report'), context, async (file) => {
    await writeReportFile(path.resolve(context.cwd, file), formatOf(file, formats)(document));
    return true;
  });
}

function json(document: ChangeDocument): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
