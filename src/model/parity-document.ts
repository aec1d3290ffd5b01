import * as z from 'zod';
import { parityLevels } from './parity-answer.ts';
import { pinFileNames, runtimes } from './runtime-pin.ts';

/** What `lockkeeper parity check --json` prints. */

const buildpack = z.strictObject({ id: z.string(), version: z.string() });

const pin = z.strictObject({
  runtime: z.enum(runtimes),
  text: z.string().describe('The version or range, without quotes and prefixes.'),
  grammar: z.enum(['exact', 'least', 'semver', 'pep440', 'poetry', 'ruby', 'composer', 'alias']),
  field: z.string(),
  file: z.string().describe('From the root of the repository.'),
  name: z.enum(pinFileNames),
  line: z.int().min(1),
  column: z.int().min(1),
  bytes: z.strictObject({ start: z.int().min(0), end: z.int().min(0) }),
});

const answer = z.strictObject({
  channel: z.string(),
  kind: z.enum(['supported', 'unsupported', 'ignored', 'unknown']),
  message: z.string().describe('The answer as a sentence.'),
  counts: z.boolean().describe('Whether it makes the command end with status 3.'),
  resolvesTo: z.string().optional().describe('Of what is supported: the version, or the series.'),
  instead: z.string().optional().describe('Of what is ignored: what the build takes.'),
  fits: z.boolean().optional().describe('Of what is ignored: whether that is within what the pin asks for.'),
  offers: z.array(z.string()).optional().describe('Series that the builder has, newest first.'),
  evidence: z
    .strictObject({
      level: z.enum(parityLevels),
      builder: z.string().describe('Digest of the builder.'),
      buildpack: buildpack.optional(),
      source: z.string(),
    })
    .optional(),
});

export const parityDocumentSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('parity'),
  madeBy: z.string(),
  channels: z.array(
    z.strictObject({
      name: z.string(),
      builder: z.string(),
      digest: z.string(),
      deploys: z.boolean(),
      ci: z.boolean(),
    }),
  ),
  failed: z.array(z.strictObject({ name: z.string(), code: z.string(), message: z.string() })),
  pins: z.array(
    z.strictObject({
      pin,
      answers: z.array(answer),
      remedy: z.string().optional().describe('What to do, as sentences.'),
    }),
  ),
  disagreements: z.array(z.strictObject({ pin, other: pin, message: z.string() })),
  notRead: z.array(z.strictObject({ file: z.string(), line: z.int(), column: z.int(), why: z.string() })),
});

export type ParityDocument = z.output<typeof parityDocumentSchema>;

/** The document's schema for those who read it with other programs (JSON Schema 2020-12). */
export function parityJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(parityDocumentSchema),
    title: 'Lockkeeper parity report',
    description: 'What `lockkeeper parity check --json` writes.',
  };
}
