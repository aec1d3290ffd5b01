/**
 * Text from outside, made safe to show. Test names, logs and labels may hold terminal control sequences,
 * bidirectional overrides (Trojan Source) or broken surrogates; none of these reach a reader as such.
 */

// C0 except tab and newline, DEL, C1, bidirectional controls, zero-width and line separators, BOM.
const dangerous = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Replaces every control character by a visible escape such as `\x1b`; tabs and newlines stay. */
export function visible(text: string): string {
  return text.toWellFormed().replace(dangerous, escapeOf);
}

/** {@link visible} on one line: newlines and tabs become a single space each. */
export function visibleLine(text: string): string {
  return visible(text.replaceAll(/\s*[\r\n]+\s*/g, ' ').replaceAll('\t', ' '));
}

/** Cuts to at most `charsMax` characters and says so with an ellipsis; never splits a surrogate pair. */
export function clip(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  return `${text.slice(0, Math.max(0, charsMax - 1)).toWellFormed().replace(/\ufffd$/u, '')}…`;
}

/** `1 test`, `27 tests`. */
export function plural(count: number, singular: string, several: string = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : several}`;
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
