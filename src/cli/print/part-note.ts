import path from 'node:path';
import { safeLine } from '../../base/text.ts';
import { belowRoot } from '../../flows/scan.ts';
import { local } from '../../wire/local.ts';
import type { Context } from '../command.ts';

/**
 * Where nothing was found in a folder that is a part of a repository, the person may have meant all of it, and would
 * otherwise take the silence for good news.
 */
export async function notePart(
  directory: string,
  mentions: readonly unknown[],
  context: Context,
): Promise<void> {
  if (mentions.length > 0 || context.quiet) return;
  const { root, path: folder } = await local(context.env).trees.open(directory);
  if (root === undefined || belowRoot({ root, path: folder }) === '') return;
  const whole = path.relative(context.cwd, root) || '.';
  context.stderr.write(
    `note: only this part of the repository was looked at; all of it is ${safeLine(whole)}\n`,
  );
}
