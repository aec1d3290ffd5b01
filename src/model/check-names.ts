import { digestOf } from './digest.ts';
import { shortKey, type ShortKey } from './short-key.ts';

/** Names of checks as one run keeps them for the next: by their keys, so that hundreds fit, however long they are. */
export interface CheckNames {
  readonly keys: readonly ShortKey[];
  /** At least so many more there were. They are forgotten: what they say or do not say tells nothing. */
  readonly beyond: number;
}

export const noCheckNames: CheckNames = { keys: [], beyond: 0 };

export function checkKey(name: string): ShortKey {
  return shortKey(digestOf(name));
}

/** As many as are kept; a name that comes twice counts twice. */
export function keptNames(names: readonly string[], most: number): CheckNames {
  return bounded(names.map(checkKey), most);
}

/** With more names, each of which counts once. */
export function withNames({ keys, beyond }: CheckNames, names: readonly string[], most: number): CheckNames {
  const all = bounded([...new Set([...keys, ...names.map(checkKey)])], most);
  return { keys: all.keys, beyond: Math.max(beyond, all.beyond) };
}

function bounded(keys: readonly ShortKey[], most: number): CheckNames {
  return { keys: keys.slice(0, most), beyond: Math.max(0, keys.length - most) };
}
