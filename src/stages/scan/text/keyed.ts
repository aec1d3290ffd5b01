import type { Span } from '../../../base/text-position.ts';
import type { SourceText } from '../source-text.ts';
import { withoutComments, type CommentStyle } from './comments.ts';

/** A quoted value and the key before it, in any of the formats that write `key = "value"` or `"key": "value"`. */
export interface Keyed {
  readonly key: string;
  readonly value: string;
  readonly span: Span;
  /** The names of the blocks, tables or objects around it, the innermost last. */
  readonly path: readonly string[];
}

const token =
  /(?:(?<![\w.-])["']?([A-Za-z_][\w.-]*)["']?[ \t]*(?:\??[:=]|=>)[ \t]*\r?\n?[ \t]*)?(["'])((?:\\.|(?!\2)[^\\\n])*)\2|([{}[\]()])|^[ \t]*\[\[?[ \t]*([\w.-]+)[ \t]*\]\]?|(?<![\w.-])([A-Za-z_][\w.-]*)[ \t]*(?:[:=]?[ \t]*)(?=["'{[(])/gm;

// Deeper than any file that people write; what is deeper keeps the path of this depth.
const depthMax = 100;

/**
 * The quoted values of a file of HCL, TOML, JSON, Starlark, Groovy or their like. Not a parser: broken files are read on
 * behind what is broken. Linear in the text.
 */
export function keyedValues(source: SourceText, style: CommentStyle): readonly Keyed[] {
  const text = withoutComments(source.text, style);
  const found: Keyed[] = [];
  const stack: string[] = [];
  let pending: string[] = [];
  let table: readonly string[] = [];
  for (const match of text.matchAll(token)) {
    const [whole, key, quote, value, bracket, header, word] = match;
    if (header !== undefined) table = header.split('.');
    else if (word !== undefined) pending = [...pending, word].slice(-4);
    else if (bracket !== undefined) {
      if ('{[('.includes(bracket)) {
        if (stack.length < depthMax) stack.push(pending.join(' '));
      } else stack.pop();
      pending = [];
    } else if (quote !== undefined && value !== undefined) {
      const end = match.index + whole.length - 1;
      const name = key ?? pending.at(-1) ?? '';
      found.push({ key: name, value, span: { start: end - value.length, end }, path: [...table, ...stack] });
      // `resource "kind" "name" {`: labels belong to the block that follows.
      const isLabel = /^[ \t]*["'{]/.test(text.slice(end + 1, end + 40)) && key === undefined;
      pending = isLabel ? [...pending, value].slice(-4) : [];
      if (!isLabel && /^\s*:\s*[{[]/.test(text.slice(end + 1, end + 40))) pending = [value];
    }
  }
  return found;
}
