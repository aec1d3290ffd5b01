/** A file before and after; `before` undefined: it is new. */
export interface PatchedFile {
  readonly file: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array;
}

// As many as every tool shows, and `git apply` and `patch` look for.
const contextLines = 3;

/**
 * What `git diff` says of changed files (unified format, POSIX `diff -u`, with git's headers), byte for byte in the files'
 * own encoding and line ends; `git apply` and `patch -p1` take it.
 */
export function unifiedPatch(files: readonly PatchedFile[]): Uint8Array {
  return Buffer.concat(files.map((file) => Buffer.from(filePatch(file), 'latin1')));
}

/** In latin1: one character is one byte. */
function filePatch({ file, before, after }: PatchedFile): string {
  const [old, now] = [linesOf(before ?? new Uint8Array()), linesOf(after)];
  const hunks = hunksOf(old, now);
  if (hunks.length === 0) return '';
  const [a, b] = [quoted(`a/${file}`), quoted(`b/${file}`)];
  const head =
    before === undefined
      ? `diff --git ${a} ${b}\nnew file mode 100644\n--- /dev/null\n+++ ${b}\n`
      : `diff --git ${a} ${b}\n--- ${a}\n+++ ${b}\n`;
  return `${head}${hunks.map((hunk) => hunkText(hunk, old, now)).join('')}`;
}

/** Each with its line end, if it has one. */
function linesOf(bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Lines that go, and lines that come in their place; both from 0. */
interface Changed {
  readonly at: number;
  readonly gone: number;
  readonly nowAt: number;
  readonly come: number;
}

/**
 * Pins change lines and neither take them away nor add any, so that lines stand against each other by their numbers. What
 * is added to lockkeeper.yaml stands in one piece.
 */
function changesOf(old: readonly string[], now: readonly string[]): readonly Changed[] {
  if (old.length === now.length) {
    return old.flatMap((line, at) => (line === now[at] ? [] : [{ at, gone: 1, nowAt: at, come: 1 }]));
  }
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
  let end = 0;
  const room = Math.min(old.length, now.length) - start;
  while (end < room && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  return [{ at: start, gone: old.length - start - end, nowAt: start, come: now.length - start - end }];
}

/** Changes whose context would touch are one hunk. */
function hunksOf(old: readonly string[], now: readonly string[]): readonly (readonly Changed[])[] {
  const hunks: Changed[][] = [];
  for (const change of changesOf(old, now)) {
    const hunk = hunks.at(-1);
    const last = hunk?.at(-1);
    if (hunk !== undefined && last !== undefined && change.at - (last.at + last.gone) <= 2 * contextLines)
      hunk.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function hunkText(hunk: readonly Changed[], old: readonly string[], now: readonly string[]): string {
  const [first, last] = [hunk[0], hunk.at(-1)];
  if (first === undefined || last === undefined) return '';
  const start = Math.max(0, first.at - contextLines);
  const end = Math.min(old.length, last.at + last.gone + contextLines);
  const grown = hunk.reduce((sum, { gone, come }) => sum + come - gone, 0);
  const nowStart = start + first.nowAt - first.at;
  const lines: string[] = [];
  let at = start;
  for (const change of hunk) {
    lines.push(...old.slice(at, change.at).map((line) => shown(' ', line)));
    lines.push(...old.slice(change.at, change.at + change.gone).map((line) => shown('-', line)));
    lines.push(...now.slice(change.nowAt, change.nowAt + change.come).map((line) => shown('+', line)));
    at = change.at + change.gone;
  }
  lines.push(...old.slice(at, end).map((line) => shown(' ', line)));
  return `@@ -${range(start, end - start)} +${range(nowStart, end - start + grown)} @@\n${lines.join('')}`;
}

/** From 1; an empty range is told by the line before it. */
function range(start: number, count: number): string {
  return `${count === 0 ? start : start + 1},${count}`;
}

function shown(mark: string, line: string): string {
  return line.endsWith('\n') ? `${mark}${line}` : `${mark}${line}\n\\ No newline at end of file\n`;
}

/** As git quotes names that are not plain (`core.quotePath`): bytes beyond ASCII, controls, quotes and backslashes in octal. */
function quoted(name: string): string {
  const bytes = Buffer.from(name).toString('latin1');
  const escaped = bytes.replaceAll(
    /[\u0000-\u001f"\\\u007f-\u00ff]/g,
    (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return escaped === bytes ? bytes : `"${escaped}"`;
}
