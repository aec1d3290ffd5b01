/** Negative, zero or positive, as for `Array.prototype.sort`. */
export type Order<T> = (left: T, right: T) => number;

/** Two runs of decimal digits as numbers of any length; empty counts as zero. */
export function compareDigits(left: string, right: string): number {
  const [one, other] = [left.replace(/^0+/u, ''), right.replace(/^0+/u, '')];
  return one.length - other.length || compareTexts(one, other);
}

export function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Item by item; where one list ends, `missing` stands for what it lacks. */
export function compareLists<T>(
  left: readonly T[],
  right: readonly T[],
  { order, missing }: { readonly order: Order<T>; readonly missing: T },
): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const found = order(left[index] ?? missing, right[index] ?? missing);
    if (found !== 0) return found;
  }
  return 0;
}
