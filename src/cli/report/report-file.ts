import path from 'node:path';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { nearest } from '../../base/nearest.ts';
import { replaceFile } from '../../base/replace-file.ts';
import { safeLine } from '../../base/text.ts';
import type { Context } from '../command.ts';
import { formatFailure } from '../print/failure.ts';

/** `Text` is a promise where code has to be loaded first. */
export type Render<T, Text = string> = (report: T) => Text;

/** What a report file is, by its ending. */
export type Formats<T, Text = string> = Readonly<Record<string, Render<T, Text>>>;

/** @throws Failure `usage` for an ending that is none of them */
export function formatOf<T, Text>(file: string, formats: Formats<T, Text>): Render<T, Text> {
  const ending = path.extname(file).toLowerCase();
  const format = Object.hasOwn(formats, ending) ? formats[ending] : undefined;
  if (format !== undefined) return format;
  const known = Object.keys(formats);
  const near = nearest(ending, known);
  throw new Failure(
    'usage',
    `--report ${file}: ${ending === '' ? 'the name has no ending' : `there is no report called ${ending}`}`,
    {
      hint: `Known are ${known.join(' ')}${near === undefined ? '' : `; did you mean ${near}?`}`,
    },
  );
}

/**
 * The file is there whole or not at all; what stood there before is replaced. Missing folders are made.
 * @throws Failure of the disk
 */
export async function writeReportFile(file: string, text: string): Promise<void> {
  try {
    await makeFolder(path.dirname(file));
    await replaceFile(file, text);
  } catch (error) {
    throw inTheWay(error, file) ?? translateSystemError(error, file);
  }
}

/**
 * Writes each report that is named, once. One that cannot be written is told on standard error: it neither hides the
 * result nor changes the exit status that stands for it.
 * @param write returns whether a file was written
 */
export async function writeEach(
  names: readonly string[],
  { stderr, quiet }: Pick<Context, 'stderr' | 'quiet'>,
  write: (name: string) => Promise<boolean>,
): Promise<void> {
  for (const name of new Set(names)) {
    try {
      const isFile = await write(name);
      if (isFile && !quiet) stderr.write(`wrote ${safeLine(name)}\n`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      stderr.write(formatFailure(error, stderr));
    }
  }
}

function inTheWay(error: unknown, file: string): Failure | undefined {
  const code = systemErrorCode(error);
  if (code !== 'EISDIR' && code !== 'ENOTDIR' && code !== 'EEXIST' && code !== 'ENOTEMPTY') return undefined;
  return new Failure('path-refused', `--report ${file}: something else stands in its place`, {
    cause: error,
  });
}
