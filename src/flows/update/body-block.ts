const begin = '<!-- lockkeeper: what follows is kept up to date; write above or below it -->';
const end = '<!-- lockkeeper: end -->';

/** The body of a pull request with our part in it. What people wrote before and after it stays, and so does its place. */
export function withBlock(body: string, block: string): string {
  const ours = `${begin}\n${block.trimEnd()}\n${end}`;
  const normal = body.replaceAll('\r\n', '\n');
  const from = normal.indexOf(begin);
  // On a line of its own: no name of an image or a package begins a line of ours.
  const to = from === -1 ? -1 : normal.indexOf(`\n${end}`, from);
  if (to !== -1) return `${normal.slice(0, from)}${ours}${normal.slice(to + 1 + end.length)}`;
  // Half of it is left, or nothing: what is there is a person's.
  const rest = normal.replace(begin, '').trimEnd();
  return rest === '' ? ours : `${rest}\n\n${ours}`;
}

/** What {@link withBlock} adds to a text. */
export const blockCharsMax = begin.length + end.length + 4;

/** What a body says beside our part of it. */
export function bodyAround(body: string): string {
  return withBlock(body, '').replace(`${begin}\n\n${end}`, '').trim();
}
