/** The known word that a mistyped one most probably means; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // Half of a short word, a third of a long one: `sutes` finds `suites`, `x` finds nothing.
  const reach = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    .map((each) => ({ each, distance: distance(word.toLowerCase().slice(0, 60), each.toLowerCase()) }))
    .toSorted((left, right) => left.distance - right.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= reach ? best.each : undefined;
}

/** Edits between two words; two neighbours that changed places count as one (optimal string alignment). */
function distance(left: string, right: string): number {
  let before: readonly number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const plain = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      next.push(swapped ? Math.min(plain, (before[j - 2] ?? 0) + 1) : plain);
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
}
