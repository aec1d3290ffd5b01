import { z } from 'zod';
import { nightlyLimits } from '../base/nightly-limits.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import { gateAnswers } from './bisection.ts';
import { digestHex, digestOf } from './digest.ts';
import type { ShortKey } from './short-key.ts';

/**
 * What one run of an update leaves for the next one in the body of its pull request, where readers do not see it. Whoever
 * may edit the body may change it: it says which of the moves of today's plan were seen how, by their short keys, and never
 * brings a digest or a name of its own.
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
  /** Names of checks that fail without any move, too. */
  readonly baseFails: readonly string[];
  readonly search: SearchMark | undefined;
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
}

const keys = z.array(z.string().regex(/^[0-9a-f]{16}$/)).max(nightlyLimits.markerKeysMax);
const markerSchema = z.strictObject({
  title: z.string().max(nightlyLimits.titleCharsMax),
  draft: z.boolean(),
  units: keys,
  declined: keys,
  apart: keys,
  baseFails: z.array(z.string().max(nightlyLimits.checkNameCharsMax)).max(nightlyLimits.checksMax),
  search: z
    .strictObject({
      units: keys,
      answers: z
        .array(z.strictObject({ moved: keys, answer: z.enum(gateAnswers) }))
        .max(nightlyLimits.searchAnswersMax),
      asked: keys,
    })
    .optional(),
});

const written = /<!-- lockkeeper-state v1 ([0-9a-f]{16}) ([A-Za-z0-9+/=]+) -->/;

/** One line. Base64 holds no dash, so that nothing in it can end the comment. */
export function formatMarker({ search, ...marker }: UpdateMarker): string {
  const state = JSON.stringify({ ...marker, ...(search !== undefined && { search }) });
  return `<!-- lockkeeper-state v1 ${checksum(state)} ${Buffer.from(state).toString('base64')} -->`;
}

/** A body with another marker in the place of the one that it has. */
export function replaceMarker(body: string, marker: UpdateMarker): string {
  return body.replace(written, () => formatMarker(marker));
}

/** Undefined: there is none, it was damaged, or another version wrote it. */
export function readMarker(body: string): UpdateMarker | undefined {
  const [, sum, packed = ''] = written.exec(body) ?? [];
  if (sum === undefined || packed.length > nightlyLimits.markerCharsMax) return undefined;
  const bytes = Buffer.from(packed, 'base64');
  if (checksum(bytes) !== sum) return undefined;
  try {
    const { data } = markerSchema.safeParse(parseJsonStrictly(bytes, (why) => new SyntaxError(why)));
    return data && { ...data, search: data.search };
  } catch (error) {
    // A stranger's bytes under a right sum: nothing was said.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** It finds what a person damaged by accident. It proves nothing about who wrote it. */
function checksum(state: string | Uint8Array): string {
  return digestHex(digestOf(state)).slice(0, 16);
}
