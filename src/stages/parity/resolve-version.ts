import type { BuildpackName } from '../../model/builder-facts.ts';
import {
  compareVersions,
  isNumbered,
  entryFor,
  type Accepts,
  type BoundsEntry,
  type BuildpackKnowledge,
} from '../../model/buildpack-knowledge.ts';
import type { ParityLevel } from '../../model/parity-answer.ts';
import type { RuntimePin } from '../../model/runtime-pin.ts';
import type { VersionList } from '../../model/version-list.ts';
import { nameOf } from './installers.ts';
import { seriesOf, wantedBy, type Wanted } from './ranges.ts';

/** What a buildpack makes of a text that it reads. */
export type Resolved = Told & {
  readonly level: ParityLevel;
  readonly entry: BoundsEntry | undefined;
  /** Where a table said so; undefined: the data did. */
  readonly source: string | undefined;
};

type Told =
  | { readonly kind: 'found'; readonly version: string; readonly note: string | undefined }
  | { readonly kind: 'missing'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

interface Asked {
  readonly buildpack: BuildpackName;
  readonly knowledge: BuildpackKnowledge;
  readonly table: VersionList | undefined;
}

/** `several`: more than one version stands in what is read. */
export function resolveIn(
  pin: RuntimePin,
  { accepts, several }: { readonly accepts: Accepts; readonly several: boolean },
  asked: Asked,
): Resolved {
  const entry = entryFor(asked.knowledge.bounds, asked.buildpack.version);
  const byData = { level: 'L2', entry, source: undefined } as const;
  const meant = meaningOf(pin, accepts, several);
  if (meant.kind !== 'range') return { ...meant, ...byData };
  const bounds = entry?.table;
  switch (bounds?.kind) {
    case undefined:
      return { kind: 'unknown', why: `no data says which versions ${asked.buildpack.id} has`, ...byData };
    case 'series':
      return { ...inSeries(pin, bounds), ...byData };
    case 'none': {
      const why = `${asked.buildpack.id} ${asked.buildpack.version} tries whatever is asked for, and a version that is missing fails at the download`;
      return { kind: 'unknown', why, ...byData };
    }
    case 'remote': {
      const why = `${asked.buildpack.id} asks a server at each build, so that its versions change under the same builder`;
      return { kind: 'unknown', why, ...byData };
    }
    case 'inventory':
    case 'buildpack.toml': {
      const { table } = asked;
      if (table?.kind !== 'versions') {
        const why =
          table?.why ?? 'its versions stand in the builder itself, which is looked into from level L1 on';
        return { kind: 'unknown', why, ...byData };
      }
      return { ...inTable(pin, meant.wanted, table.versions), level: 'L1', entry, source: table.source };
    }
  }
}

/** Why nothing can be told of this version of the buildpack. */
export function outsideOf({ knowledge, buildpack }: Omit<Asked, 'table'>): string | undefined {
  const { version } = buildpack;
  if (!isNumbered(version)) return `${nameOf(buildpack)} has a version that is no number`;
  if (compareVersions(version, knowledge.upTo) > 0) {
    return `the data on ${knowledge.id} ends with ${knowledge.upTo}, as of ${knowledge.checked}, and the builder has ${version}`;
  }
  const first = knowledge.reads[0]?.from ?? version;
  return compareVersions(version, first) < 0
    ? `the data on ${knowledge.id} begins with ${first}, and the builder has ${version}`
    : undefined;
}

/** What a builder offers of a runtime, as series, newest first; empty where nobody can tell. */
export function seriesOffered({ knowledge, buildpack, table }: Asked): readonly string[] {
  if (outsideOf({ knowledge, buildpack }) !== undefined) return [];
  if (table?.kind === 'versions')
    return [...new Set(table.versions.map((version) => seriesOf(version, knowledge.seriesParts)))];
  const bounds = entryFor(knowledge.bounds, buildpack.version)?.table;
  return bounds?.kind === 'series' ? seriesBetween(bounds.oldest, bounds.newest) : [];
}

/** What all of several buildpacks offer; empty where one of them does not tell. */
export function seriesOfAll(asked: readonly Asked[]): readonly string[] {
  const [first = [], ...others] = asked.map(seriesOffered);
  return first.filter((series) => others.every((each) => each.includes(series)));
}

type Meaning =
  | { readonly kind: 'range'; readonly wanted: NonNullable<Wanted> }
  | Exclude<Told, { readonly kind: 'found' }>;

function meaningOf({ text, grammar }: RuntimePin, accepts: Accepts, several: boolean): Meaning {
  switch (accepts.kind) {
    case 'unclear':
      return { kind: 'unknown', why: 'another buildpack of the group hands this on, and no data says how' };
    case 'version': {
      if (several) return { kind: 'missing', why: 'one version only may stand there' };
      const parts = isNumbered(text) ? text.split('.').length : 0;
      if (accepts.parts.includes(parts)) return rangeOr(wantedBy('exact', text), text);
      const forms = accepts.parts.map((count) => ['X', 'X.Y', 'X.Y.Z', 'X.Y.Z.W'][count - 1] ?? 'X');
      return { kind: 'missing', why: `${JSON.stringify(text)} is not of the form ${forms.join(' or ')}` };
    }
    case 'go':
      // Cargo's `=1.22`, which stands before the text, is every 1.22.
      return rangeOr(wantedBy(/^[0-9.]+$/.test(text) ? 'exact' : 'semver', text), text);
    case 'semver': {
      const { aliases } = accepts;
      const name = text.toLowerCase();
      if (grammar === 'alias') {
        const meant = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
        return meant === undefined
          ? { kind: 'missing', why: `${JSON.stringify(text)} is no version, and no name that it knows` }
          : rangeOr(wantedBy('semver', meant), text);
      }
      return rangeOr(wantedBy('semver', text), text);
    }
  }
}

function rangeOr(wanted: Wanted, text: string): Meaning {
  return wanted === undefined
    ? { kind: 'missing', why: `${JSON.stringify(text)} is no range that it can read` }
    : { kind: 'range', wanted };
}

function inSeries(
  { text, runtime }: RuntimePin,
  bounds: { readonly oldest: string; readonly newest: string },
): Told {
  const series = seriesOf(text, 2);
  if (compareVersions(series, bounds.newest) > 0)
    return { kind: 'missing', why: `the newest ${runtime} that it knows is ${bounds.newest}` };
  if (compareVersions(series, bounds.oldest) < 0)
    return { kind: 'missing', why: `the oldest ${runtime} that it knows is ${bounds.oldest}` };
  const note =
    text === series
      ? undefined
      : `It knows the series ${series}; whether ${text} can be downloaded shows in the build only.`;
  return { kind: 'found', version: text, note };
}

function inTable(
  { text, runtime }: RuntimePin,
  wanted: NonNullable<Wanted>,
  versions: readonly string[],
): Told {
  const found = versions.find(wanted);
  if (found !== undefined) return { kind: 'found', version: found, note: undefined };
  const [newest] = versions;
  return { kind: 'missing', why: `its list holds no ${runtime} ${text}; the newest is ${newest ?? 'none'}` };
}

/** `3.14` to `3.9`; a change of the first part is told by its ends only, as nobody knows what lies between. */
function seriesBetween(oldest: string, newest: string): readonly string[] {
  const [major = 0, most = 0] = newest.split('.').map(Number);
  const [oldMajor = 0, least = 0] = oldest.split('.').map(Number);
  if (major !== oldMajor) return [newest, oldest];
  return Array.from({ length: most - least + 1 }, (_, at) => `${major}.${most - at}`);
}
