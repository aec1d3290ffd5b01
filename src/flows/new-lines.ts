/** The lines of a text that another did not have, each with its number: `6: waivers:`. */
export function newLines(before: string, after: string): readonly string[] {
  const had = new Map<string, number>();
  for (const line of before.split('\n')) had.set(line, (had.get(line) ?? 0) + 1);
  return after.split('\n').flatMap((line, index) => {
    const left = had.get(line) ?? 0;
    if (left > 0) had.set(line, left - 1);
    return left > 0 || line.trim() === '' ? [] : [`${index + 1}: ${line.replace(/\r$/, '')}`];
  });
}
