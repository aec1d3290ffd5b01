import * as z from 'zod';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { plainValue } from '../base/yaml-node.ts';
import { readYaml } from '../base/yaml.ts';
import {
  besideFileNames,
  pinFileNames,
  runtimes,
  type BesideFileName,
  type PinFileName,
  type Runtime,
} from './runtime-pin.ts';

/**
 * What is known of one buildpack without looking into it: data/buildpacks/*.yaml. Each list is sorted by `from`, the first
 * version of the buildpack for which the entry holds; it holds until the next entry begins.
 */
export interface BuildpackKnowledge {
  readonly id: string;
  readonly runtime: Runtime;
  /** The newest version of the buildpack that was looked at; of newer ones nothing is known. */
  readonly upTo: string;
  /** The day on which somebody looked, `2026-11-21`. */
  readonly checked: string;
  /** How many parts of a version make a series that receives fixes: 2 for `3.13`, 1 for `22`. */
  readonly seriesParts: number;
  readonly reads: readonly ReadsEntry[];
  readonly bounds: readonly BoundsEntry[];
  readonly defaults: readonly DefaultEntry[];
}

export interface KnownSince {
  /** The version of the buildpack. */
  readonly from: string;
  /** The day on which that version was published. */
  readonly date: string;
  readonly source: string;
}

export interface ReadsEntry extends KnownSince {
  /** The first of these that a repository has counts. */
  readonly files: readonly ReadFile[];
  /** Files whose mere presence fails the build. */
  readonly refuses: readonly PinFileName[];
  /** A file that fails the build where the other one is not beside it. */
  readonly needs: readonly { readonly beside: BesideFileName; readonly file: PinFileName }[];
}

export interface ReadFile {
  readonly file: PinFileName;
  /** As {@link RuntimePin.field}; undefined: the whole file is one value. */
  readonly field: string | undefined;
  readonly accepts: Accepts;
}

/**
 * How the buildpack takes what stands there: versions of exactly so many parts; a range of npm's grammar; Go's own, where
 * two parts are any version of that series.
 */
export type Accepts =
  | { readonly kind: 'version'; readonly parts: readonly number[] }
  | { readonly kind: 'semver'; readonly aliases: Readonly<Record<string, string>> }
  | { readonly kind: 'go' }
  /** Another buildpack of its group hands it on, in a way that was not looked at. */
  | { readonly kind: 'unclear' };

export interface BoundsEntry extends KnownSince {
  readonly table: VersionTable;
}

/** Where a buildpack looks up which versions there are. */
export type VersionTable =
  /** Series from oldest to newest, compiled into it; any version of them is tried, and a missing one fails at download. */
  | { readonly kind: 'series'; readonly oldest: string; readonly newest: string }
  /** It tries whatever is asked for, and a missing version fails at download. */
  | { readonly kind: 'none' }
  /** A list of artifacts within its program. */
  | { readonly kind: 'inventory'; readonly program: string; readonly least: number }
  /** `[[metadata.dependencies]]` of its buildpack.toml. */
  | { readonly kind: 'buildpack.toml'; readonly dependency: string }
  /** It asks a server at each build: what there is changes under a builder that does not. */
  | { readonly kind: 'remote' };

export interface DefaultEntry extends KnownSince {
  /** A version or series; undefined: it refuses to choose. */
  readonly version: string | undefined;
}

const versionText = z.string().regex(/^[0-9]+(?:\.[0-9]+){0,3}$/);
const dayText = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const since = { from: z.string().regex(/^[0-9]+\.[0-9]+\.[0-9]+$/), date: dayText, source: z.url() };

const acceptsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('version'), parts: z.array(z.int().min(1).max(4)).min(1) }),
  z.strictObject({ kind: z.literal('semver'), aliases: z.record(z.string(), z.string()).default({}) }),
  z.strictObject({ kind: z.literal('go') }),
  z.strictObject({ kind: z.literal('unclear') }),
]);

const tableSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('series'), oldest: versionText, newest: versionText }),
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('inventory'), program: z.string().min(1), least: z.int().min(1) }),
  z.strictObject({ kind: z.literal('buildpack.toml'), dependency: z.string().min(1) }),
  z.strictObject({ kind: z.literal('remote') }),
]);

const fileName = z.enum(pinFileNames);

const knowledgeSchema = z.strictObject({
  id: z.string().min(1),
  runtime: z.enum(runtimes),
  'up-to': z.string().regex(/^[0-9]+\.[0-9]+\.[0-9]+$/),
  checked: dayText,
  'series-parts': z.int().min(1).max(2),
  reads: z
    .array(
      z.strictObject({
        ...since,
        files: z.array(
          z.strictObject({ file: fileName, field: z.string().optional(), accepts: acceptsSchema }),
        ),
        refuses: z.array(fileName).default([]),
        needs: z.array(z.strictObject({ beside: z.enum(besideFileNames), file: fileName })).default([]),
      }),
    )
    .min(1),
  bounds: z.array(z.strictObject({ ...since, table: tableSchema })).min(1),
  defaults: z.array(z.strictObject({ ...since, version: versionText.nullable() })),
});

/** Reads one file of data. `file` is its name, for people. @throws Failure `document-invalid` */
export function readKnowledge(text: string, file: string): BuildpackKnowledge {
  const refuse = (why: string): Failure => new Failure('document-invalid', `${file}: ${why}`);
  const { root, faults } = readYaml(text, { merge: false, aliasesMax: limits.yamlAliasesMax });
  const [fault] = faults;
  if (fault !== undefined || root === undefined) throw refuse(fault?.message ?? 'it is empty');
  const parsed = knowledgeSchema.safeParse(plainValue(root));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it does not fit'}`);
  }
  const { 'up-to': upTo, 'series-parts': seriesParts, reads, defaults, ...rest } = parsed.data;
  const knowledge: BuildpackKnowledge = {
    ...rest,
    upTo,
    seriesParts,
    reads: reads.map(({ files, ...entry }) => ({
      ...entry,
      files: files.map(({ file: name, field, accepts }) => ({ file: name, field, accepts })),
    })),
    defaults: defaults.map(({ version, ...entry }) => ({ ...entry, version: version ?? undefined })),
  };
  for (const list of [knowledge.reads, knowledge.bounds, knowledge.defaults]) checkSorted(list, upTo, refuse);
  return knowledge;
}

function checkSorted(list: readonly KnownSince[], upTo: string, refuse: (why: string) => Failure): void {
  list.forEach(({ from }, at) => {
    const before = list[at - 1];
    if (before !== undefined && compareVersions(before.from, from) >= 0)
      throw refuse(`${from} stands behind ${before.from}, but entries go from old to new`);
    if (compareVersions(from, upTo) > 0) throw refuse(`${from} is newer than up-to, ${upTo}`);
  });
}

/** Nothing but numbers with dots; `1.25rc2` is none. */
export function isNumbered(version: string): boolean {
  return /^[0-9]+(?:\.[0-9]+)*$/.test(version);
}

/** Numbers with dots, part by part; a part that is not there counts as 0. */
export function compareVersions(left: string, right: string): number {
  const [lefts, rights] = [left, right].map((text) => text.split('.').map(Number));
  for (let at = 0; at < Math.max(lefts?.length ?? 0, rights?.length ?? 0); at += 1) {
    const difference = (lefts?.[at] ?? 0) - (rights?.[at] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/** The entry that holds for a version of the buildpack; undefined where it is older than all of them. */
export function entryFor<T extends KnownSince>(list: readonly T[], version: string): T | undefined {
  return list.findLast(({ from }) => compareVersions(from, version) <= 0);
}
