import { limits } from '../../base/limits.ts';
import { visibleLine } from '../../base/text.ts';
import { isBlobId, isCommitId, type CommitId } from '../../model/commit.ts';
import type { FileChange, FileHistory, HistoryOrder } from '../../ports/git.ts';
import type { Git } from './git.ts';

// A path of an argument list; more are filtered here.
const pathsInArgumentsMax = 500;

export async function fileHistory(git: Git, { from, paths }: HistoryOrder): Promise<FileHistory> {
  if (paths.length === 0) return { changes: [], isWhole: true };
  const wanted = new Set(paths);
  const look = ['--no-color', '--no-notes', '--no-show-signature', '--no-ext-diff', '--no-mailmap'];
  // Each commit begins with a newline, which no path ends with as long as it is written between zero bytes.
  const format = '--format=tformat:%n%H%n%ct%n%an%n%s';
  const listed = await git.ask([
    '-c',
    'log.showRoot=true',
    'log',
    '-z',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--first-parent',
    '-m',
    `--max-count=${limits.historyCommitsMax}`,
    ...look,
    format,
    from,
    '--',
    ...(paths.length <= pathsInArgumentsMax ? wanted : []),
  ]);
  const changes: FileChange[] = [];
  let commit: Header | undefined;
  let commits = 0;
  const tokens = listed.split('\0');
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    const [, before, after] =
      /^\n?:\d+ (?:\d+ )+?([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [A-Z]\d*$/.exec(token) ?? [];
    if (before === undefined || after === undefined) {
      commit = readHeader(token) ?? commit;
      commits += token === '' ? 0 : 1;
      continue;
    }
    at += 1;
    const path = tokens[at] ?? '';
    if (commit !== undefined && wanted.has(path))
      changes.push({
        ...commit,
        path,
        before: isBlobId(before) ? before : undefined,
        after: isBlobId(after) ? after : undefined,
      });
  }
  const isShallow = (await git.ask(['rev-parse', '--is-shallow-repository'])).trim() === 'true';
  return { changes, isWhole: commits < limits.historyCommitsMax && !isShallow };
}

type Header = { readonly commit: CommitId } & Pick<FileChange, 'at' | 'author' | 'subject'>;

function readHeader(token: string): Header | undefined {
  const [commit = '', seconds, author = '', ...subject] = token.trimStart().split('\n');
  if (!isCommitId(commit)) return undefined;
  return {
    commit,
    at: new Date(Number(seconds) * 1000).toISOString(),
    author: visibleLine(author),
    subject: visibleLine(subject.join(' ').trim()),
  };
}
