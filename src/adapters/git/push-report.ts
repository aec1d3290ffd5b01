import type { CommandResult } from '../../base/command.ts';
import { clean, wordsOf, type RemoteTrouble } from '../../base/git-trouble.ts';

/** What `git push --porcelain` tells of one ref. */
export type PushReport =
  | { readonly kind: 'done' }
  /** The remote, or git itself by the lease, did not take it. */
  | { readonly kind: 'rejected'; readonly said: string }
  /** It did not come so far. */
  | { readonly kind: 'broken'; readonly said: string; readonly trouble: RemoteTrouble };

/** A line a ref: a flag, `from:to` and a summary, with tabs between; the flag of a rejected one is `!`. */
export function readPush(result: CommandResult, ref: string, secrets: readonly string[]): PushReport {
  const trouble = wordsOf(result.stderr, secrets);
  for (const line of result.stdout.split('\n')) {
    const [flag, names, summary = ''] = line.split('\t');
    if (names?.endsWith(`:${ref}`) !== true) continue;
    if (flag !== '!') continue;
    return { kind: 'rejected', said: rejection(summary, result.stderr, secrets) };
  }
  return result.status === 0 ? { kind: 'done' } : { kind: 'broken', said: trouble.said, trouble };
}

/** What hooks wrote comes as lines that begin with `remote:`; the summary ends with git's own reason. */
function rejection(summary: string, stderr: string, secrets: readonly string[]): string {
  const reason = /\((.*)\)\s*$/.exec(summary)?.[1] ?? summary;
  const remote = stderr
    .split(/[\r\n]+/)
    .filter((line) => line.startsWith('remote: '))
    .map((line) => line.slice('remote: '.length).trim());
  return clean([reason, ...remote].filter((text) => text !== '').join('; '), secrets);
}
