import path from 'node:path';
import type { ChangeDocument } from '../../model/change-document.ts';
import type { CommandInput, Context } from '../command.ts';
import { formatOf, writeEach, writeReportFile, type Formats, type Render } from '../report/report-file.ts';

type ToText = Render<ChangeDocument, Promise<string>>;

/** Each is loaded when it is asked for. */
const html: ToText = async (document) => (await import('./html.ts')).renderChangeHtml(document);
const markdown: ToText = async (document) => (await import('./markdown.ts')).renderChangeMarkdown(document);

const formats: Formats<ChangeDocument, Promise<string>> = {
  '.html': html,
  '.htm': html,
  '.md': markdown,
  '.markdown': markdown,
  '.json': (document) => Promise.resolve(json(document)),
  '.txt': async (document) =>
    (await import('./terminal.ts')).renderChange(document, { columns: 100, colour: false, all: true }),
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
  context.stdout.write(context.json ? json(document) : await text(document, input, context));
  await writeEach(input.values('--report'), context, async (file) => {
    await writeReportFile(path.resolve(context.cwd, file), await formatOf(file, formats)(document));
    return true;
  });
}

async function text(
  document: ChangeDocument,
  input: Pick<CommandInput, 'flag'>,
  { stdout: { columns, colour } }: Pick<Context, 'stdout'>,
): Promise<string> {
  const { renderChange } = await import('./terminal.ts');
  return renderChange(document, { columns, colour, all: input.flag('--all') });
}

function json(document: ChangeDocument): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
