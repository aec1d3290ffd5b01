import type { Span } from '../../../base/text-position.ts';

/** A text in quotes, of one line; `span` is its inside. */
export interface Literal {
  readonly text: string;
  readonly span: Span;
}

// Longer texts are no image names and no commands that people write in one line.
const literalCharsMax = 2_000;

/** The string literals of source code whose comments are gone, in order. Linear: a quote that never closes ends with its line. */
export function literalsOf(text: string): readonly Literal[] {
  const found: Literal[] = [];
  const quotes = /["'`]/g;
  for (let open = quotes.exec(text); open !== null; open = quotes.exec(text)) {
    const start = open.index + 1;
    const end = closing(text, start, open[0]);
    if (end === undefined) continue;
    quotes.lastIndex = end + 1;
    if (end > start && end - start <= literalCharsMax)
      found.push({ text: text.slice(start, end), span: { start, end } });
  }
  return found;
}

function closing(text: string, start: number, quote: string): number | undefined {
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === quote) return at;
    if (character === '\\') at += 1;
    else if (character === '\n') return undefined;
  }
  return undefined;
}
