/**
 * Control paragraphs (Debian policy 5.1): fields with values, lines that begin with white space continue a value,
 * an empty line ends the paragraph. Of a value that goes on, the first line is kept, with a newline at its end:
 * a description may be most of a database. Python's metadata is of the same form.
 * Field names are in lower case; of a field that stands twice, the first one counts.
 */
export function* paragraphsOf(text: string): Generator<ReadonlyMap<string, string>, void, undefined> {
  let fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of lines(text)) {
    if (line.trim() === '') {
      if (fields.size > 0) yield fields;
      fields = new Map();
      last = undefined;
    } else if (/^[ \t]/u.test(line)) {
      const value = last === undefined ? undefined : fields.get(last);
      if (last !== undefined && value?.endsWith('\n') === false) fields.set(last, `${value}\n`);
    } else {
      const colon = line.indexOf(':');
      const name = line.slice(0, Math.max(0, colon)).toLowerCase();
      last = colon > 0 && !fields.has(name) ? name : undefined;
      if (last !== undefined) fields.set(last, line.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) yield fields;
}

/** Without an array of all lines: databases have hundreds of thousands. */
export function* lines(text: string): Generator<string, void, undefined> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const stop = end === -1 ? text.length : end;
    yield text.slice(start, text[stop - 1] === '\r' ? stop - 1 : stop);
    start = stop + 1;
  }
}
