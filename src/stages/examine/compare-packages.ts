import type { PackageChange } from '../../model/change.ts';
import { ecosystems, packageKey, type Ecosystem, type Package } from '../../model/package.ts';
import { compareVersions } from './versions/compare-versions.ts';

/** Which packages came, went, and moved, by ecosystem and name. A package that is installed several times is one line. */
export function comparePackages(
  baseline: readonly Package[],
  candidate: readonly Package[],
): readonly PackageChange[] {
  const [before, after] = [byKey(baseline), byKey(candidate)];
  const changes: PackageChange[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [from = [], to = []] = [before.get(key), after.get(key)];
    const [first] = [...to, ...from];
    const [old, now] = [versionsOf(from), versionsOf(to)];
    if (first === undefined || old === now) continue;
    changes.push({
      kind: kindOf(first.ecosystem, old, now),
      ecosystem: first.ecosystem,
      name: first.name,
      architecture: first.architecture,
      from: old,
      to: now,
      fromSize: sizeOf(from),
      toSize: sizeOf(to),
    });
  }
  return changes.toSorted(inOrder);
}

function byKey(packages: readonly Package[]): ReadonlyMap<string, readonly Package[]> {
  return Map.groupBy(
    packages,
    ({ ecosystem, name, architecture }) => `${packageKey(ecosystem, name)}/${architecture ?? ''}`,
  );
}

/** Undefined: it is not there. */
function versionsOf(packages: readonly Package[]): string | undefined {
  if (packages.length === 0) return undefined;
  return [...new Set(packages.map(({ version }) => version))].toSorted().join(', ');
}

function sizeOf(packages: readonly Package[]): number | undefined {
  const sizes = packages.flatMap(({ size }) => (size === undefined ? [] : [size]));
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0);
}

/** Several versions at once went neither up nor down. */
function kindOf(
  ecosystem: Ecosystem,
  from: string | undefined,
  to: string | undefined,
): PackageChange['kind'] {
  if (from === undefined) return 'added';
  if (to === undefined) return 'removed';
  if (from.includes(', ') || to.includes(', ')) return 'changed';
  const order = compareVersions(ecosystem, from, to);
  return order === 0 ? 'changed' : order < 0 ? 'up' : 'down';
}

function inOrder(left: PackageChange, right: PackageChange): number {
  const rank = ecosystems.indexOf(left.ecosystem) - ecosystems.indexOf(right.ecosystem);
  if (rank !== 0) return rank;
  return left.name < right.name ? -1 : left.name > right.name ? 1 : 0;
}
