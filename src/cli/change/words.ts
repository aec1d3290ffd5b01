import { sizeText } from '../../base/quantity.ts';
import { packageKey } from '../../model/package.ts';
import { plural } from '../../base/text.ts';
import type { ChangeDocument, PlatformChange, ShownFile, ShownPackage } from '../../model/change-document.ts';
import { digestText, line } from '../report/words.ts';

/** One value of a setting: a variable, a label, a port, or all of it. Foreign text. */
export interface SettingRow {
  readonly setting: string;
  /** Of a variable or label; empty for a setting that is one value. */
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

/** What differs in the settings, value by value. */
export function settingRows(settings: PlatformChange['settings']): readonly SettingRow[] {
  return (settings ?? []).flatMap(({ setting, from, to }) => {
    const rows = keyed.has(setting) ? keyedRows(setting, from, to) : [];
    // Variables in another order differ as a whole.
    return rows.length > 0 ? rows : [{ setting, key: '', from, to }];
  });
}

const keyed: ReadonlySet<string> = new Set(['env', 'labels', 'build time']);

function keyedRows(setting: string, from: string, to: string): readonly SettingRow[] {
  const [before, after] = [valuesOf(from), valuesOf(to)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const row = { setting, key, from: before.get(key) ?? '', to: after.get(key) ?? '' };
    return row.from === row.to && before.has(key) === after.has(key) ? [] : [row];
  });
}

function valuesOf(lines: string): ReadonlyMap<string, string> {
  const pairs = lines.split('\n').filter((each) => each !== '');
  return new Map(
    pairs.map((each) => {
      const equals = each.indexOf('=');
      return equals === -1 ? [each, ''] : [each.slice(0, equals), each.slice(equals + 1)];
    }),
  );
}

const packageKinds = ['added', 'removed', 'up', 'down', 'changed'] as const;

/** `3 added, 1 removed, 80 up`. */
export function packageCounts(packages: readonly ShownPackage[]): string {
  return packageKinds
    .map((kind) => [packages.filter((each) => each.kind === kind).length, kind] as const)
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}`)
    .join(', ');
}

/** What needs a look first: versions that went back, then what came, went and moved. */
export function byWeight(packages: readonly ShownPackage[]): readonly ShownPackage[] {
  const rank = { down: 0, removed: 1, added: 2, changed: 3, up: 4 } as const;
  return packages.toSorted((left, right) => rank[left.kind] - rank[right.kind]);
}

/** `2.36-9 → 2.41-12`; foreign text. */
export function versionsText({ from, to }: ShownPackage): string {
  if (from === undefined) return to ?? '';
  return to === undefined ? from : `${from} → ${to}`;
}

/** `+1.2 MiB`; empty where the databases do not say sizes. */
export function growthText({ fromSize, toSize }: ShownPackage): string {
  if (fromSize === undefined && toSize === undefined) return '';
  const growth = (toSize ?? 0) - (fromSize ?? 0);
  if (growth === 0) return '';
  return `${growth > 0 ? '+' : '−'}${sizeText(Math.abs(growth))}`;
}

/** Files that one package or layer is behind. */
export interface OwnerGroup {
  /** Foreign text. */
  readonly owner: string;
  /** The package has another version too: its files differ for that. */
  readonly isToldByPackage: boolean;
  readonly files: readonly ShownFile[];
}

/** Files that differ otherwise than by known noise, by owner: those that no new version of a package explains come first. */
export function ownerGroups({ files = [], packages = [] }: PlatformChange): readonly OwnerGroup[] {
  const moved = new Set(packages.map(({ ecosystem, name }) => packageKey(ecosystem, name)));
  const isTold = ({ owner }: ShownFile): boolean =>
    owner.kind === 'package' && moved.has(packageKey(owner.ecosystem, owner.name));
  const real = files.filter(({ noise }) => noise === undefined);
  const groups = [...Map.groupBy(real, ({ owner }) => ownerText(owner))].map(([owner, own]) => ({
    owner,
    isToldByPackage: own.some(isTold),
    files: own,
  }));
  return groups.toSorted(
    (left, right) =>
      Number(left.isToldByPackage) - Number(right.isToldByPackage) || right.files.length - left.files.length,
  );
}

function ownerText(owner: ShownFile['owner']): string {
  if (owner.kind === 'package') return `${owner.ecosystem} ${owner.name}`;
  const layer = `layer ${digestText(owner.digest)}${owner.side === 'baseline' ? ' of the baseline' : ''}`;
  return owner.line === undefined ? layer : `${layer}, ${owner.line}`;
}

/** `content, mode 0644 → 4755`; why a file is listed. Foreign text. */
export function fileReason({ kind, aspects, from, to, overShared }: ShownFile): string {
  const unsure = overShared === true ? ', over shared layers that were not read' : '';
  if (kind === 'added') return `added (${sizeText(to?.size ?? 0)})${unsure}`;
  if (kind === 'removed') return `removed${unsure}`;
  const said = aspects.map((aspect) => {
    switch (aspect) {
      case 'type':
        return `${from?.kind ?? ''} → ${to?.kind ?? ''}`;
      case 'mode':
        return `mode ${from?.mode ?? ''} → ${to?.mode ?? ''}`;
      case 'owner':
        return `owner ${from?.uid}:${from?.gid} → ${to?.uid}:${to?.gid}`;
      case 'target':
        return `link to ${line(from?.target ?? '', 80)} → ${line(to?.target ?? '', 80)}`;
      case 'content':
        return from?.size === to?.size
          ? 'content'
          : `content, ${sizeText(from?.size ?? 0)} → ${sizeText(to?.size ?? 0)}`;
      case 'below':
        return 'hides what shared layers have in it';
      case 'xattrs':
      case 'device':
        return aspect;
    }
  });
  return `${said.join(', ')}${unsure}`;
}

/** `12 files differ as known: 8 logs, 4 python-bytecode`; empty where there is none. */
export function noiseText({ files = [] }: PlatformChange): string {
  const counts = new Map<string, number>();
  for (const { noise } of files) if (noise !== undefined) counts.set(noise, (counts.get(noise) ?? 0) + 1);
  if (counts.size === 0) return '';
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const kinds = [...counts].map(([rule, count]) => `${count} ${rule}`).join(', ');
  return `${plural(all, 'file differs', 'files differ')} in known noise: ${kinds}`;
}

/** `1 layer kept, 2 added, 2 removed · 120 MiB → 128 MiB`. */
export function layersText({ layers, sizes, sharedUnread }: PlatformChange): string {
  const { kept, added, removed } = layers;
  const layer = `${plural(kept, 'layer')} kept, ${added} added, ${removed} removed`;
  if (sizes === undefined) return layer;
  const unpacked = `${sizeText(sizes.from)} → ${sizeText(sizes.to)} unpacked`;
  return `${layer} · ${unpacked}${(sharedUnread ?? 0) > 0 ? ', without the shared layers' : ''}`;
}

/** The answer of `diff --equivalent`, in one sentence. */
export function equivalenceText({
  equivalent,
  platforms,
  added,
  removed,
}: ChangeDocument): string | undefined {
  if (equivalent === undefined) return undefined;
  if (equivalent) return 'equivalent: they differ in nothing but known noise';
  const sum = (count: (each: PlatformChange) => number): number =>
    platforms.reduce((all, each) => all + count(each), 0);
  const files = sum((each) => each.equivalence?.files ?? 0);
  const settings = sum((each) => each.equivalence?.settings.length ?? 0);
  const unread = sum((each) => each.equivalence?.unread ?? 0);
  const parts = [
    ...(files === 0 ? [] : [plural(files, 'file differs', 'files differ')]),
    ...(settings === 0 ? [] : [plural(settings, 'setting differs', 'settings differ')]),
    ...(unread === 0 ? [] : [`${plural(unread, 'layer')} could not be read`]),
    ...(added.length + removed.length === 0 ? [] : ['their platforms differ']),
  ];
  return `not equivalent: ${parts.join(', ')}`;
}

/** `abc → def`, and where a page between the two is; foreign text. */
export function sourceText({ source }: PlatformChange): readonly string[] {
  if (source === undefined) return [];
  const commits =
    source.from === source.to
      ? []
      : [
          source.link ??
            `${source.repository ?? 'commit'} ${source.from ?? '(none)'} → ${source.to ?? '(none)'}`,
        ];
  const { base } = source;
  return [
    ...commits.map((text) => `Source: ${text}`),
    ...(base === undefined ? [] : [`Base: ${base.from ?? '(none)'} → ${base.to ?? '(none)'}`]),
  ];
}
