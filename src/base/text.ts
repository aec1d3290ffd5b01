/**
 * Text from outside, made safe to show. Test names, logs and labels may hold terminal control sequences,
 * bidirectional overrides (Trojan Source), invisible characters, broken surrogates, or lines that a CI system
 * takes for a command; none of these reach a reader as such.
 */

// C0 except tab and newline, DEL, C1, soft hyphen, fillers and joiners that show nothing, bidirectional controls,
// line separators, BOM, interlinear annotations, non-characters, tag characters (which smuggle whole sentences).
const dangerous =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]|\u034f/gu;

/** Replaces every control character by a visible escape such as `\x1b`; tabs and newlines stay. */
export function visible(text: string): string {
  return text.toWellFormed().replaceAll('\r\n', '\n').replace(dangerous, escapeOf);
}

/** {@link visible} on one line: a newline with the space around it, and each tab, become one space. */
export function visibleLine(text: string): string {
  // One pass over runs of white space: a pattern such as ` *\n` would take quadratic time on a megabyte of spaces.
  const line = text.replaceAll(/[\t\n\r ]+/g, (run) =>
    /[\n\r]/.test(run) ? ' ' : run.replaceAll('\t', ' '),
  );
  return visible(line);
}

// GitHub reads `::name …::` at the start of a line, GitHub and Azure `##[name]` and `##vso[name]` anywhere in it,
// TeamCity `##teamcity[name]`. A word is taken for a line's start: whoever wraps the text may make it one.
const command = /(?<=^|\s)::|##(?=\w*\[)/gu;

/** Breaks what a CI system would take for a workflow command when it reads our output. */
export function inert(text: string): string {
  return text.replace(command, (found) => (found === '::' ? String.raw`\x3a:` : String.raw`\x23#`));
}

/** {@link visibleLine} that no CI system takes for a command: for what our own output says of foreign text. */
export function safeLine(text: string): string {
  return inert(visibleLine(text));
}

/** {@link safeLine}, cut to what a line may hold. */
export function safeClip(text: string, charsMax: number): string {
  // Nobody looks through a megabyte for the few characters that are shown.
  return inert(clip(visibleLine(clip(text, 4 * charsMax)), charsMax));
}

/** Cuts to at most `charsMax` characters and says so with an ellipsis; never splits a surrogate pair. */
export function clip(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  return `${text
    .slice(0, Math.max(0, charsMax - 1))
    .toWellFormed()
    .replace(/\ufffd$/u, '')}…`;
}

/** `1 test`, `27 tests`. */
export function plural(count: number, singular: string, several: string = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : several}`;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
