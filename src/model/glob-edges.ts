/** The characters with which every match begins. */
export function literalPrefix(pattern: string): string {
  const first = pattern.search(/[*?[\]{},\\]/);
  return first === -1 ? pattern : pattern.slice(0, first);
}

/** The characters with which every match ends. The slash of a leading folder pattern may be missing, so it does not count. */
export function literalSuffix(pattern: string): string {
  let start = pattern.length;
  while (start > 0 && !special.has(pattern.charAt(start - 1))) start -= 1;
  return pattern.slice(pattern[start - 1] === '*' && pattern[start] === '/' ? start + 1 : start);
}

const special: ReadonlySet<string> = new Set('*?[]{},\\');
