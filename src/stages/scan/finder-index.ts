import type { FinderEntry } from './finder.ts';
import { finders } from './finders.ts';

/** Finders by the names of their files, so that a tree of many files costs one look-up a file. */
export class FinderIndex {
  readonly #byName = new Map<string, FinderEntry[]>();
  readonly #byEnding = new Map<string, FinderEntry[]>();
  readonly #byPath: readonly FinderEntry[];
  /** All marks of an entry at once: one look at a file costs a third of a look for each. */
  readonly #marks: ReadonlyMap<FinderEntry, RegExp>;

  constructor(more: readonly FinderEntry[]) {
    const all = [...finders, ...more];
    for (const entry of all) {
      for (const name of entry.names ?? []) put(this.#byName, name, entry);
      for (const ending of entry.endings ?? []) put(this.#byEnding, ending, entry);
    }
    this.#marks = new Map(
      all.filter(({ marks }) => marks.length > 0).map((entry) => [entry, anyOf(entry.marks)]),
    );
    this.#byPath = all.filter(({ names, endings }) => names === undefined && endings === undefined);
  }

  /** Whether a file may hold what an entry looks for; `latin1`: its bytes, a character each. */
  mayHold(entry: FinderEntry, latin1: string): boolean {
    return this.#marks.get(entry)?.test(latin1) !== false && entry.pattern?.test(latin1) !== false;
  }

  /** Those that read the file, in the order of the table. */
  entriesFor(path: string): readonly FinderEntry[] {
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    const dot = name.lastIndexOf('.');
    const found = [
      ...(this.#byName.get(name) ?? []),
      ...(dot === -1 ? [] : (this.#byEnding.get(name.slice(dot + 1)) ?? [])),
      ...this.#byPath,
    ].filter(
      ({ paths, names, matches }) =>
        (paths === undefined || names?.includes(name) === true || paths.test(path)) &&
        matches?.(path) !== false,
    );
    const isTaken = found.some(({ rest, takes }) => rest !== true && takes === true);
    return isTaken ? found.filter(({ rest }) => rest !== true) : found;
  }
}

/** For text that is read as Latin-1: what is not ASCII is looked for as its bytes. */
function anyOf(texts: readonly string[]): RegExp {
  return new RegExp(texts.map((text) => RegExp.escape(Buffer.from(text).toString('latin1'))).join('|'));
}

function put(map: Map<string, FinderEntry[]>, key: string, entry: FinderEntry): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [entry]);
  else known.push(entry);
}
