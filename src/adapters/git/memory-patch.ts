import type { Commit } from '../../model/commit.ts';
import type { MemoryFile, MemoryStore } from './memory-store.ts';
import { modeNumber } from './tree-list.ts';

/** Mails as `git format-patch` writes them; each changed file is taken away and put there as a whole. */
export function memoryPatch(store: MemoryStore, commits: readonly Commit[]): string {
  return commits
    .map((commit, index) => {
      const { id, author, message, parents } = commit;
      const before = parents[0] === undefined ? new Map<string, MemoryFile>() : store.treeOf(parents[0]);
      const after = store.treeOf(id);
      const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
      const diffs = paths.map((path) => fileDiff(path, before.get(path), after.get(path))).join('');
      const count = commits.length === 1 ? '' : ` ${index + 1}/${commits.length}`;
      const [subject = '', ...body] = message.trimEnd().split('\n');
      const from = `From ${id} Mon Sep 17 00:00:00 2001\nFrom: ${author.name} <${author.mail}>\n`;
      const date = `Date: ${new Date(author.at).toUTCString().replace('GMT', '+0000')}\n`;
      return `${from}${date}Subject: [PATCH${count}] ${subject}\n${body.join('\n')}\n---\n\n${diffs}`;
    })
    .join('\n');
}

function fileDiff(path: string, before: MemoryFile | undefined, after: MemoryFile | undefined): string {
  if (before !== undefined && after?.bytes.equals(before.bytes) === true) return '';
  const [old, fresh] = [before, after].map((file) => linesOf(file?.bytes.toString() ?? ''));
  if (old === undefined || fresh === undefined) return '';
  const mode = (file: MemoryFile): string => (file.mode === 'submodule' ? '160000' : modeNumber(file.mode));
  const made = before === undefined && after !== undefined ? `new file mode ${mode(after)}\n` : '';
  const gone = after === undefined && before !== undefined ? `deleted file mode ${mode(before)}\n` : '';
  const names = `--- ${before === undefined ? '/dev/null' : `a/${path}`}\n+++ ${after === undefined ? '/dev/null' : `b/${path}`}\n`;
  const place = (lines: readonly string[]): string => `${lines.length === 0 ? 0 : 1},${lines.length}`;
  const hunk = `@@ -${place(old)} +${place(fresh)} @@\n`;
  const lines = [...old.map((line) => `-${line}`), ...fresh.map((line) => `+${line}`)].join('');
  return `diff --git a/${path} b/${path}\n${made}${gone}${names}${hunk}${lines}`;
}

/** Each with the newline at its end, or with git's remark that there is none. */
function linesOf(text: string): readonly string[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) =>
    line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`,
  );
}
