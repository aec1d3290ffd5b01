/** A line of a text without comment and white space around it. */
export interface TextLine {
  readonly text: string;
  /** Of its first character. */
  readonly offset: number;
}

/** Lines that say something: neither empty nor only a comment, which begins with `#`. */
export function statedLines(text: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g)) {
    const hash = /(?:^|\s)#/.exec(line);
    const stated = hash === null ? line : line.slice(0, hash.index);
    const trimmed = stated.trim();
    if (trimmed !== '')
      lines.push({ text: trimmed, offset: index + stated.length - stated.trimStart().length });
  }
  return lines;
}

/** The words of a line, each with its place. */
export function wordsOf({ text, offset }: TextLine): readonly TextLine[] {
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ text: word, offset: offset + index }));
}
