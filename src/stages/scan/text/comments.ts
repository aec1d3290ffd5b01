/** How comments are written in a format. */
export type CommentStyle = 'slash' | 'hash' | 'hash-and-slash';

/** The text with blanks for its comments; lengths and line ends stay. Marks within strings begin no comment. Linear. */
export function withoutComments(text: string, style: CommentStyle): string {
  const parts: string[] = [];
  let done = 0;
  const marks = style === 'hash' ? /["'`#\n]/g : style === 'slash' ? /["'`/\n]/g : /["'`#/\n]/g;
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const end = commentEnd(text, match.index, style);
    if (end !== undefined) {
      parts.push(text.slice(done, match.index), text.slice(match.index, end).replaceAll(/[^\r\n]/g, ' '));
      done = end;
      marks.lastIndex = end;
    } else if ('"\'`'.includes(match[0])) marks.lastIndex = stringEnd(text, match.index);
  }
  return parts.join('') + text.slice(done);
}

/** The same for `<!-- … -->`. */
export function withoutXmlComments(text: string): string {
  const parts: string[] = [];
  let done = 0;
  for (let open = text.indexOf('<!--'); open !== -1; open = text.indexOf('<!--', done)) {
    const end = orEnd(text, text.indexOf('-->', open));
    parts.push(text.slice(done, open), text.slice(open, end).replaceAll(/[^\r\n]/g, ' '));
    done = end;
  }
  return parts.join('') + text.slice(done);
}

function commentEnd(text: string, at: number, style: CommentStyle): number | undefined {
  const isLine = text.charAt(at) === '#' ? style !== 'slash' : text.startsWith('//', at);
  if (isLine && style !== 'hash' && text.charAt(at - 1) === ':') return undefined;
  if (isLine && (style !== 'hash' || text.charAt(at) === '#')) return orEnd(text, text.indexOf('\n', at));
  if (style !== 'hash' && text.startsWith('/*', at)) {
    const close = text.indexOf('*/', at + 2);
    return close === -1 ? text.length : close + 2;
  }
  return undefined;
}

/** Strings end at their quote or, in broken files, with the line. */
function stringEnd(text: string, at: number): number {
  const quote = text.charAt(at);
  let index = at + 1;
  while (index < text.length && text.charAt(index) !== quote && text.charAt(index) !== '\n')
    index += text.charAt(index) === '\\' ? 2 : 1;
  return index + 1;
}

function orEnd(text: string, at: number): number {
  return at === -1 ? text.length : at;
}
