import * as z from 'zod';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { jsonOf } from '../base/json-path.ts';
import { changeClasses, fileAspects, settingNames, type Change } from './change.ts';
import { digestSchema } from './descriptor.ts';
import { digestHex, digestOf, type Digest } from './digest.ts';
import { nodeKinds } from './layer.ts';
import { ecosystems } from './package.ts';

/** Counts up whenever a comparison says more, or otherwise; what was kept under another number is not looked at. */
export const changeRecordVersion = 1;

/** What was asked. */
export interface ComparisonKey {
  /** Manifests of one platform: their digests stand for all that is in the images. */
  readonly baseline: Digest;
  readonly candidate: Digest;
  /** How they were compared: reach, rules of noise, versions of the readers. */
  readonly manner: Json;
}

/** The name under which a comparison is kept. */
export function comparisonName({ baseline, candidate, manner }: ComparisonKey): string {
  return `change-${changeRecordVersion}-${digestHex(digestOf(canonicalJson([baseline, candidate, manner])))}`;
}

export function formatChangeRecord(change: Change): Uint8Array {
  return Buffer.from(JSON.stringify(change));
}

/** Undefined: it was written by another program, or by nobody. */
export function parseChangeRecord(record: Uint8Array): Change | undefined {
  return changeSchema.safeParse(jsonOf(new TextDecoder().decode(record))).data;
}

/** JSON leaves out what is undefined. */
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().transform((value) => value);
const text = maybe(z.string());
const count = z.int().nonnegative();

const fileState = z.strictObject({
  kind: z.enum(nodeKinds),
  mode: count,
  uid: count,
  gid: count,
  size: count,
  sha256: z.string(),
  target: z.string(),
});

const owner = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('package'), ecosystem: z.enum(ecosystems), name: z.string() }),
  z.strictObject({
    kind: z.literal('layer'),
    side: z.enum(['baseline', 'candidate']),
    digest: digestSchema,
    line: text,
  }),
]);

const contents = z.strictObject({
  packages: z.array(
    z.strictObject({
      kind: z.enum(['added', 'removed', 'up', 'down', 'changed']),
      ecosystem: z.enum(ecosystems),
      name: z.string(),
      architecture: text,
      from: text,
      to: text,
      fromSize: maybe(z.number()),
      toSize: maybe(z.number()),
    }),
  ),
  files: z.array(
    z.strictObject({
      path: z.string(),
      kind: z.enum(['added', 'removed', 'changed']),
      aspects: z.array(z.enum(fileAspects)),
      from: maybe(fileState),
      to: maybe(fileState),
      owner,
      noise: text,
      overShared: z.boolean(),
    }),
  ),
  sizes: z.strictObject({ from: count, to: count }),
  sharedUnread: count,
  unread: z.array(digestSchema),
  findings: z.array(z.string()),
});

const changeSchema: z.ZodType<Change> = z.strictObject({
  class: z.enum(changeClasses),
  settings: z.array(z.strictObject({ setting: z.enum(settingNames), from: z.string(), to: z.string() })),
  layers: z.strictObject({ kept: count, added: count, removed: count }),
  source: z
    .strictObject({
      repository: text,
      from: text,
      to: text,
      link: text,
      base: maybe(z.strictObject({ from: text, to: text })),
    })
    .optional(),
  contents: contents.optional(),
});
