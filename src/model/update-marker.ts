import * as z from 'zod';
import { limits } from '../base/limits.ts';
import { strictJsonOf } from '../base/strict-json.ts';
import { gateAnswers } from './bisection.ts';
import { noCheckNames, type CheckNames } from './check-names.ts';
import { isCommitId, type CommitId } from './commit.ts';
import { givenName } from './config-fields.ts';
import { digestHex, digestOf } from './digest.ts';
import { commitSchema } from './forge-answer.ts';
import { isForgeId } from './forge-id.ts';
import type { NotedRun } from './outer-loop.ts';
import type { ShortKey } from './short-key.ts';

/**
 * What one run of an update leaves for the next one in the body of its pull request, where readers do not see it. Whoever
 * may edit the body may change it: it says which of the moves of today's plan were seen how, by their short keys, and never
 * brings a digest or a name of its own. The run of an outer loop that it names is taken for ours: who may edit the body may
 * as well declare the pull request ready.
 */
export interface UpdateMarker {
  /** The title that we wrote last; a person's own stays. */
  readonly title: string;
  /** We made it a draft; a draft of a person stays one. */
  readonly draft: boolean;
  /** The units that are on the branch. */
  readonly units: readonly ShortKey[];
  /** Units that people closed a pull request with: not these digests. */
  readonly declined: readonly ShortKey[];
  /** Units that a search could not acquit and could not convict. */
  readonly apart: readonly ShortKey[];
  readonly baseFails: BaseFailures | undefined;
  /** Runs of outer loops on what is on the branch. */
  readonly outer: readonly NotedRun[];
  readonly search: SearchMark | undefined;
}

/** Checks that fail without any move, as a round without any has shown where the base's own checks tell nothing. */
export interface BaseFailures {
  /** The base that the branch was made upon then; of another one they say nothing. */
  readonly on: CommitId;
  /** A name stands there as often as it failed. */
  readonly failed: CheckNames;
  /** Some of the names, for people. */
  readonly names: readonly string[];
}

/** A search for the culprit that goes over several runs: one pushed subset a run. */
export interface SearchMark {
  readonly units: readonly ShortKey[];
  readonly answers: readonly {
    readonly moved: readonly ShortKey[];
    readonly answer: (typeof gateAnswers)[number];
  }[];
  /** What is on the branch now in order to be answered. */
  readonly asked: readonly ShortKey[];
  /** The commit whose checks gave the last answer: one commit answers once. */
  readonly answered: CommitId | undefined;
  /** Checks that failed with some of the units: one that says nothing of others has not acquitted them. */
  readonly failing: CheckNames;
}

const bits = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);

const checkNames = z.strictObject({ keys: bits, beyond: z.int().min(0).optional() });

/** What is written: each key once, those of the search first, and sets of them as bits. */
const packedSchema = z.strictObject({
  title: z.string().max(limits.titleCharsMax),
  draft: z.boolean(),
  keys: bits,
  units: bits,
  declined: bits,
  apart: bits,
  baseFails: z
    .strictObject({
      on: z.string().refine(isCommitId),
      failed: checkNames,
      names: z.array(z.string().max(limits.checkNameCharsMax)).max(limits.baseFailingToldMax),
    })
    .optional(),
  outer: z
    .array(
      z.strictObject({
        loop: givenName,
        commit: commitSchema,
        id: z.string().refine(isForgeId),
      }),
    )
    .max(limits.notedRunsMax)
    .optional(),
  search: z
    .strictObject({
      /** So many, the first ones of the keys. */
      units: z.int().min(0).max(limits.searchUnitsMax),
      answers: z
        .array(z.strictObject({ moved: bits, answer: z.enum(gateAnswers) }))
        .max(limits.searchAnswersMax),
      asked: bits,
      answered: z.string().refine(isCommitId).optional(),
      failing: checkNames.optional(),
    })
    .optional(),
});

type Packed = z.infer<typeof packedSchema>;

// On a line of its own: no name of an image or a package begins a line of ours.
const written = /^<!-- lockkeeper-state v1 ([0-9a-f]{16}) ([A-Za-z0-9+/=]+) -->$/m;

/** One line. Base64 holds no dash, so that nothing in it can end the comment. It is never too long to be read again. */
export function formatMarker(marker: UpdateMarker): string {
  const state = fitting(pack(marker));
  return `<!-- lockkeeper-state v1 ${checksum(state)} ${Buffer.from(state).toString('base64')} -->`;
}

/** Names that people gave may take three bytes a letter, and six where they are escaped: the last ones go, as keys tell all. */
function fitting(packed: Packed): string {
  const state = JSON.stringify(packed);
  const { baseFails } = packed;
  const base64Chars = Math.ceil(Buffer.byteLength(state) / 3) * 4;
  if (baseFails === undefined || baseFails.names.length === 0 || base64Chars <= limits.markerCharsMax)
    return state;
  return fitting({ ...packed, baseFails: { ...baseFails, names: baseFails.names.slice(0, -1) } });
}

/** A body with another marker in the place of the one that it has. */
export function replaceMarker(body: string, marker: UpdateMarker): string {
  return body.replace(written, () => formatMarker(marker));
}

/** Undefined: there is none, it was damaged, or another version wrote it. */
export function readMarker(body: string): UpdateMarker | undefined {
  const [, sum, packed = ''] = written.exec(body) ?? [];
  if (sum === undefined || packed.length > limits.markerCharsMax) return undefined;
  const bytes = Buffer.from(packed, 'base64');
  if (checksum(bytes) !== sum) return undefined;
  // A stranger's bytes under a right sum: nothing was said.
  const { data } = packedSchema.safeParse(strictJsonOf(bytes));
  return data && unpack(data);
}

const keyBytes = 8;

function pack({ title, draft, units, declined, apart, baseFails, outer, search }: UpdateMarker): Packed {
  const all = [...(search?.units ?? []), ...units, ...apart, ...declined];
  const keys = [...new Set(all)].slice(0, limits.markerKeysMax);
  const places = new Map(keys.map((key, place) => [key, place]));
  return {
    title: title.slice(0, limits.titleCharsMax),
    draft,
    keys: packWhole(keys),
    units: packKeys(places, units),
    declined: packKeys(places, declined),
    apart: packKeys(places, apart),
    ...(baseFails !== undefined && {
      baseFails: {
        on: baseFails.on,
        failed: packNames(baseFails.failed, limits.baseFailingMax),
        names: toldNames(baseFails.names),
      },
    }),
    ...(outer.length > 0 && { outer: outer.slice(0, limits.notedRunsMax) }),
    ...(search !== undefined && {
      search: {
        units: search.units.length,
        answers: search.answers.map(({ moved, answer }) => ({ moved: packKeys(places, moved), answer })),
        asked: packKeys(places, search.asked),
        ...(search.answered !== undefined && { answered: search.answered }),
        ...(search.failing.keys.length > 0 && {
          failing: packNames(search.failing, limits.searchFailingMax),
        }),
      },
    }),
  };
}

function unpack({ title, draft, baseFails, outer, search, ...packed }: Packed): UpdateMarker {
  const keys = unpackWhole(packed.keys);
  return {
    title,
    draft,
    units: unpackKeys(keys, packed.units),
    declined: unpackKeys(keys, packed.declined),
    apart: unpackKeys(keys, packed.apart),
    baseFails: baseFails && {
      on: baseFails.on,
      failed: unpackNames(baseFails.failed, limits.baseFailingMax),
      names: baseFails.names,
    },
    outer: outer ?? [],
    search: search && {
      units: keys.slice(0, search.units),
      answers: search.answers.map(({ moved, answer }) => ({ moved: unpackKeys(keys, moved), answer })),
      asked: unpackKeys(keys, search.asked),
      answered: search.answered,
      failing: search.failing ? unpackNames(search.failing, limits.searchFailingMax) : noCheckNames,
    },
  };
}

function packWhole(keys: readonly ShortKey[]): string {
  return Buffer.from(keys.join(''), 'hex').toString('base64');
}

function unpackWhole(packed: string): readonly ShortKey[] {
  const bytes = Buffer.from(packed, 'base64');
  return Array.from({ length: Math.floor(bytes.length / keyBytes) }, (_, place) =>
    bytes.toString('hex', place * keyBytes, (place + 1) * keyBytes),
  );
}

function packNames({ keys, beyond }: CheckNames, most: number): z.infer<typeof checkNames> {
  const more = beyond + Math.max(0, keys.length - most);
  return { keys: packWhole(keys.slice(0, most)), ...(more > 0 && { beyond: more }) };
}

function unpackNames({ keys, beyond = 0 }: z.infer<typeof checkNames>, most: number): CheckNames {
  return { keys: unpackWhole(keys).slice(0, most), beyond };
}

/** One bit for each place; it ends with the last one that is set. */
function packKeys(places: ReadonlyMap<ShortKey, number>, keys: readonly ShortKey[]): string {
  const set = keys.flatMap((key) => places.get(key) ?? []);
  const bytes = Buffer.alloc(Math.ceil((Math.max(-1, ...set) + 1) / 8));
  for (const place of set) bytes.writeUInt8(bytes.readUInt8(place >> 3) | (1 << (place & 7)), place >> 3);
  return bytes.toString('base64');
}

function unpackKeys(keys: readonly ShortKey[], packed: string): readonly ShortKey[] {
  const bytes = Buffer.from(packed, 'base64');
  return keys.filter((_, place) => (((bytes[place >> 3] ?? 0) >> (place & 7)) & 1) === 1);
}

function toldNames(names: readonly string[]): string[] {
  return names.filter(({ length }) => length <= limits.checkNameCharsMax).slice(0, limits.baseFailingToldMax);
}

/** It finds what a person damaged by accident. It proves nothing about who wrote it. */
function checksum(state: string | Uint8Array): string {
  return digestHex(digestOf(state)).slice(0, 16);
}
