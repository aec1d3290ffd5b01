import { plural } from '../../base/text.ts';
import type { MoveChange } from '../../flows/update/examine-moves.ts';
import type { ReportedMove, ReportedUnit } from '../../flows/update/report.ts';
import { digestHex, type Digest } from '../../model/digest.ts';
import type { PackageChange } from '../../model/change.ts';
import { formatReference, shortName } from '../../model/reference.ts';

/** `node:22`, `ghcr.io/team/ci:1`: as people call it. Foreign text. */
export function nameText({ name }: Pick<ReportedMove, 'name'>): string {
  return shortName(formatReference(name));
}

/** `0123456789ab → ba9876543210`, and what is odd about it. */
export function moveText({ from, to, dead, backwards }: ReportedMove): string {
  const odd = [...(dead ? ['the old one has gone'] : []), ...(backwards ? ['goes back'] : [])];
  return `${hexOf(from)} → ${hexOf(to)}${odd.length === 0 ? '' : ` (${odd.join(', ')})`}`;
}

/** A table says it often enough that these are digests. */
function hexOf(digest: Digest): string {
  return digestHex(digest).slice(0, 12);
}

/** `packages changed: 3 up, 1 added`. Foreign text, where the images could not be compared. */
export function changeText(change: MoveChange): string {
  if (change.kind === 'not compared') return `not compared: ${change.why}`;
  const counts = packageCountText(packagesOf(change));
  return counts === '' ? change.diff.class : `${change.diff.class}: ${counts}`;
}

/** Of the platform that was compared first. */
export function packagesOf(change: MoveChange): readonly PackageChange[] {
  return change.kind === 'compared' ? (change.diff.platforms[0]?.change.contents?.packages ?? []) : [];
}

function packageCountText(packages: readonly PackageChange[]): string {
  const kinds = ['down', 'removed', 'added', 'up', 'changed'] as const;
  return kinds
    .map((kind) => [packages.filter((each) => each.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}`)
    .join(', ');
}

/** `promote (ci)`, `by the checks`. Foreign text, where something failed. */
export function verdictText({ verdicts }: Pick<ReportedMove, 'verdicts'>): string {
  const said = verdicts.map((each) => {
    if (each.kind === 'unguarded') return 'by the checks';
    if (each.kind === 'untried') return `not tried (${each.image}): ${each.failure.message}`;
    if (each.kind === 'on the branch') return `not tried in this run (${each.image})`;
    const { kind } = each.verdict;
    return `${kind === 'promote with waiver' ? 'promote' : kind} (${each.image})`;
  });
  return [...new Set(said)].join('; ');
}

/** `7 images in 12 places of 5 files move`. */
export function countsText(units: readonly ReportedUnit[]): string {
  const moves = units.flatMap((unit) => unit.moves);
  const places = moves.flatMap(({ entries }) => entries.map(({ mention }) => mention.place.file));
  const names = new Set(moves.map(nameText));
  return `${plural(names.size, 'image')} in ${plural(places.length, 'place')} of ${plural(new Set(places).size, 'file')} ${names.size === 1 ? 'moves' : 'move'}`;
}
