import { digestHex, type Digest } from './digest.ts';

/** The first 16 digits of a unit's key: enough to tell moves apart, and 300 of them fit into the body of a pull request. */
export type ShortKey = string;

export function shortKey(key: Digest): ShortKey {
  return digestHex(key).slice(0, 16);
}

/** In whatever order. */
export function sameKeys(one: readonly ShortKey[], other: readonly ShortKey[]): boolean {
  return one.length === other.length && one.toSorted().join() === other.toSorted().join();
}
