/** A known way out of a container, and the versions of the runtime that close it. */
export interface RuntimeEscape {
  readonly cves: readonly [string, ...string[]];
  /** The first good version of each branch; branches above the last are good, those below the first are not. */
  readonly fixedIn: readonly [string, ...string[]];
}

/** Escapes from runc (github.com/opencontainers/runc/security/advisories). */
const runcEscapes: readonly RuntimeEscape[] = [
  { cves: ['CVE-2024-21626'], fixedIn: ['1.1.12'] },
  { cves: ['CVE-2025-31133', 'CVE-2025-52565', 'CVE-2025-52881'], fixedIn: ['1.2.8', '1.3.3', '1.4.0-rc.3'] },
];

/** The known escapes from a runtime of this version, before a distribution has patched it. */
export function knownEscapes({
  name,
  version,
}: {
  readonly name: string;
  readonly version: string | undefined;
}): readonly RuntimeEscape[] {
  const numbers = name === 'runc' && version !== undefined ? parse(version) : undefined;
  if (numbers === undefined) return [];
  return runcEscapes.filter(({ fixedIn }) => !isFixed(numbers, fixedIn));
}

type Version = readonly [major: number, minor: number, patch: number, candidate: number];

/** Distributions add to the number (`1.1.5+ds1-1+deb12u1`); that part says nothing of upstream. */
function parse(version: string): Version | undefined {
  const [, major, minor, patch, candidate] =
    /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:[-~]rc\.?(\d{1,6}))?/.exec(version) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return [
    Number(major),
    Number(minor),
    Number(patch),
    candidate === undefined ? Infinity : Number(candidate),
  ];
}

function isFixed(version: Version, fixedIn: readonly string[]): boolean {
  const fixes = fixedIn.map(parse).filter((fix) => fix !== undefined);
  const own = fixes.find((fix) => fix[0] === version[0] && fix[1] === version[1]);
  if (own !== undefined) return compare(version, own) >= 0;
  return fixes.every((fix) => compare(version, fix) > 0);
}

function compare(left: Version, right: Version): number {
  const differing = left.findIndex((part, index) => part !== right[index]);
  return differing === -1 ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0);
}
