import * as z from 'zod';
import { changeClasses, fileAspects } from './change.ts';
import { nodeKinds } from './layer.ts';
import { ecosystems } from './package.ts';

/** The public form of a comparison: what `diff --json` writes, and what all other forms of it show. */

const digest = z
  .string()
  .regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/)
  .describe('Content digest, algorithm:hex.');
const count = z.int().nonnegative();
const sideName = z.enum(['baseline', 'candidate']);

const setting = z.strictObject({ setting: z.string(), from: z.string(), to: z.string() });

export const packageChange = z.strictObject({
  kind: z.enum(['added', 'removed', 'up', 'down', 'changed']),
  ecosystem: z.enum(ecosystems),
  name: z.string(),
  architecture: z.string().optional(),
  from: z.string().optional().describe('Version before; several joined by commas. Absent: it was not there.'),
  to: z.string().optional().describe('Version now; several joined by commas. Absent: it is not there.'),
  fromSize: count.optional().describe('Installed size in bytes, where the database says it.'),
  toSize: count.optional().describe('Installed size in bytes, where the database says it.'),
});

const fileState = z.strictObject({
  kind: z.enum(nodeKinds),
  mode: z.string().describe('Permission bits in octal digits.'),
  uid: count,
  gid: count,
  size: count.describe('Bytes of content.'),
  sha256: z.string().optional().describe('Of the content; absent for what has none.'),
  target: z.string().optional().describe('Of a symbolic link. Foreign text.'),
});

const owner = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('package'), ecosystem: z.enum(ecosystems), name: z.string() }),
  z.strictObject({
    kind: z.literal('layer'),
    side: sideName,
    digest,
    line: z.string().optional().describe('Of the image’s history. Foreign text.'),
  }),
]);

const fileChange = z.strictObject({
  path: z.string().describe('In the image, without a leading slash. Foreign text.'),
  kind: z.enum(['added', 'removed', 'changed']),
  aspects: z.array(z.enum(fileAspects)).describe('In what the two differ, where both have something.'),
  from: fileState.optional(),
  to: fileState.optional(),
  owner: owner.describe('The package that lists the file, else the layer that wrote it or took it away.'),
  noise: z.string().optional().describe('The rule that says that this is no change.'),
  overShared: z
    .literal(true)
    .optional()
    .describe('Layers that both images share may have something here; they were not read.'),
});

export const sourceChange = z.strictObject({
  repository: z.string().optional(),
  from: z.string().optional().describe('Commit before. Foreign text.'),
  to: z.string().optional().describe('Commit now. Foreign text.'),
  link: z.string().optional().describe('A page with what lies between the two.'),
  base: z
    .strictObject({ from: z.string().optional(), to: z.string().optional() })
    .optional()
    .describe('The base image before and now, as the images say it.'),
});

const platformChange = z.strictObject({
  platform: z.string(),
  baseline: digest,
  candidate: digest,
  class: z.enum(changeClasses),
  layers: z.strictObject({ kept: count, added: count, removed: count }),
  source: sourceChange.optional(),
  settings: z.array(setting).optional().describe('Absent where --only leaves it out.'),
  packages: z
    .array(packageChange)
    .optional()
    .describe('Absent where no layer had to be read, or --only leaves it out.'),
  files: z
    .array(fileChange)
    .optional()
    .describe('Absent where no layer had to be read, or --only leaves it out.'),
  sizes: z
    .strictObject({ from: count, to: count })
    .optional()
    .describe('Unpacked bytes of the layers that were read.'),
  sharedUnread: count
    .optional()
    .describe('Layers at the bottom that both images have and that were not read.'),
  unread: z.array(digest).optional().describe('Layers that lie elsewhere by their licence.'),
  findings: z.array(z.string()).optional().describe('What is odd about layers.'),
  equivalence: z
    .strictObject({
      equivalent: z.boolean(),
      settings: z.array(setting).describe('Settings that differ.'),
      files: count.describe('Files that differ otherwise than by known noise.'),
      unread: count.describe('Layers that nobody could read.'),
      noise: z.array(z.strictObject({ rule: z.string(), because: z.string(), files: count })),
    })
    .optional()
    .describe('Only of `diff --equivalent`.'),
});

const image = z.strictObject({ name: z.string(), digest });

export const changeSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('change'),
  madeBy: z.string(),
  baseline: image,
  candidate: image,
  class: z.enum(changeClasses).describe('The strongest one over all platforms.'),
  equivalent: z.boolean().optional().describe('Only of `diff --equivalent`: all platforms are.'),
  platforms: z.array(platformChange),
  added: z.array(z.string()).describe('Platforms that only the candidate has.'),
  removed: z.array(z.string()).describe('Platforms that only the baseline has.'),
  notices: z.array(z.string()).describe('What people should know beside it.'),
});

export type ChangeDocument = z.infer<typeof changeSchema>;
export type PlatformChange = ChangeDocument['platforms'][number];
export type ShownFile = NonNullable<PlatformChange['files']>[number];
export type ShownPackage = NonNullable<PlatformChange['packages']>[number];

/** The schema for those who read it with other programs (JSON Schema 2020-12). */
export function changeJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(changeSchema),
    title: 'Lockkeeper change',
    description: 'What diff --json and diff --report FILE.json write.',
  };
}
