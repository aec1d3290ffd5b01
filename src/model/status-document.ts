import * as z from 'zod';
import { imageStates, movers } from './image-status.ts';

/** The public form of how it stands: what `status --json` writes. */

const digest = z
  .string()
  .regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/)
  .describe('Content digest, algorithm:hex.');

const instant = z.string().describe('ISO 8601, UTC.');

const hold = z.strictObject({
  image: z.string().describe('As lockkeeper.yaml writes it. Foreign text.'),
  author: z.string(),
  reason: z.string(),
  until: z.string().optional().describe('The last day on which it holds, in UTC.'),
  digest: digest.optional().describe('What is held back.'),
  keep: digest.optional().describe('What stays in use.'),
  evidence: z.string().optional(),
});

const image = z.strictObject({
  name: z.string().describe('Spelled out, with the tag that is followed.'),
  state: z.enum(imageStates),
  mover: z.enum(movers).describe('Whose move it is.'),
  since: instant.optional().describe('Since when, as far as a ledger knows.'),
  why: z.string().describe('What waits, and why; empty where there is nothing to say.'),
  files: z.array(z.string()),
  mentions: z.int().positive(),
  digests: z
    .array(z.strictObject({ digest, since: instant.optional().describe('Since when it stands in git.') }))
    .describe('What is written now.'),
  waiting: z
    .strictObject({ digest, firstSeen: instant.optional() })
    .optional()
    .describe('What the name stands for, where that is another image.'),
  holds: z.array(hold).describe('Those in force.'),
  failure: z
    .strictObject({ code: z.string(), message: z.string() })
    .optional()
    .describe('What a registry failed with.'),
});

export const statusSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('status'),
  madeBy: z.string(),
  at: instant,
  images: z.array(image),
  holds: z.array(
    z.strictObject({
      ...hold.shape,
      state: z
        .enum(['in force', 'expired', 'over', 'idle'])
        .describe(
          'expired: its day has passed. over: the name stands for another digest than it holds back. idle: no image of the repository has such a name.',
        ),
      since: instant.optional().describe('When it came to lockkeeper.yaml in git.'),
    }),
  ),
  notices: z.array(z.string()),
});

export type StatusDocument = z.infer<typeof statusSchema>;

/** The document's schema for those who read it with other programs (JSON Schema 2020-12). */
export function statusJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(statusSchema),
    title: 'Lockkeeper status',
    description: 'What `lockkeeper status --json` writes.',
  };
}
