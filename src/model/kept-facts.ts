import type { Ecosystem, FileFacts, Package } from './package.ts';

/** What one file says of packages, as it is kept: an image lists a hundred thousand files, and a comparison asks for few. */
export interface KeptFacts {
  readonly packages: readonly Package[];
  readonly owns: readonly KeptOwnership[];
  readonly troubles: readonly string[];
}

export interface KeptOwnership {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  /**
   * Its paths by folder, in one text: `usr/bin//awk/sed///etc//awkrc`. Paths are normalised, so that no two slashes follow
   * each other in one.
   */
  readonly paths: string;
  readonly below?: readonly string[] | undefined;
}

/** Paths that a comparison may ask for, by folder. */
export type AskedPaths = ReadonlyMap<string, ReadonlySet<string>>;

export function packFacts({ packages, owns, troubles }: FileFacts): KeptFacts {
  return { packages, owns: owns.map(({ paths, ...own }) => ({ ...own, paths: packPaths(paths) })), troubles };
}

function packPaths(paths: readonly string[]): string {
  const folders = new Map<string, string[]>();
  let folder = '';
  let names: string[] | undefined;
  for (const path of paths) {
    const at = nameStart(path);
    // Most follow one of the same folder, and it takes less to compare than to look up.
    if (names === undefined || at !== folder.length || !path.startsWith(folder)) {
      folder = path.slice(0, at);
      names = folders.get(folder) ?? [];
      folders.set(folder, names);
    }
    names.push(path.slice(at));
  }
  return [...folders].map(([place, all]) => `${place}/${all.join('/')}`).join('///');
}

/** Behind the last slash; the folder before it keeps the slash. */
function nameStart(path: string): number {
  return path.lastIndexOf('/') + 1;
}

export function askFor(paths: Iterable<string>): AskedPaths {
  const asked = new Map<string, Set<string>>();
  for (const path of paths) {
    const at = nameStart(path);
    const folder = path.slice(0, at);
    const names = asked.get(folder) ?? new Set();
    asked.set(folder, names.add(path.slice(at)));
  }
  return asked;
}

/** Those of the paths that were asked for. Names in other folders are not even looked at. */
export function* pathsAmong({ paths }: KeptOwnership, asked: AskedPaths): Generator<string, void, undefined> {
  if (paths === '') return;
  for (const group of paths.split('///')) {
    const end = group.indexOf('//') + 1;
    const folder = group.slice(0, end);
    const names = asked.get(folder);
    if (names === undefined) continue;
    for (const name of group.slice(end + 1).split('/')) if (names.has(name)) yield folder + name;
  }
}
