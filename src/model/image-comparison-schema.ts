import * as z from 'zod';
import { digestSchema } from './descriptor.ts';
import { findingKinds } from './finding.ts';
import { resourceSchema } from './statement.ts';
import { endSchema } from './evidence-schema.ts';
import { findingSchema, verdictSchema } from './verdict-document.ts';
import { verdictKinds } from './verdict.ts';
import { waiverSchema } from './waiver-schema.ts';

/** Our own predicate: one suite on two images, and what follows from it. */
export const imageComparisonType = 'https://lockkeeper.dev/attestation/image-comparison/v1';

const digestPattern = '^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$';
const count = z.int().nonnegative();

const runSchema = z.strictObject({
  step: z.enum(['preflight', 'sentinel', 'screen', 'errors', 'confirm']),
  side: z.enum(['baseline', 'candidate']),
  round: z.int().positive().describe('Counts from 1 within the step.'),
  only: z.exactOptional(count).describe('How many tests were asked for; absent: the whole suite.'),
  startedAt: z.string().describe('ISO 8601, UTC.'),
  durationMs: z.number().nonnegative(),
  end: endSchema,
  broken: z.exactOptional(z.string()).describe('Why the report cannot be trusted to be all of it.'),
  log: z
    .strictObject({ ...resourceSchema.shape, bytes: count })
    .describe('What was kept of the output, its beginning and its end; `bytes` is all that was written.'),
  reused: z
    .exactOptional(z.boolean())
    .describe('Not run for this gate, but taken from what an earlier one left.'),
  reports: z.array(resourceSchema).describe('The report files as they were read.'),
});

export const imageComparisonSchema = z.strictObject({
  image: z.string().describe('Name of the image in lockkeeper.yaml.'),
  platform: z.string(),
  baseline: z
    .exactOptional(resourceSchema)
    .describe('The image in use; absent: there is none, and the gate is absolute.'),
  candidate: resourceSchema,
  suite: resourceSchema,
  source: z.array(resourceSchema).describe('Commit and files of the tests, where they have any.'),
  environment: z.strictObject({
    engine: z.string(),
    engineVersion: z.string(),
    kernel: z.string(),
    cpus: z.number(),
    memoryBytes: z.number(),
    network: z.enum(['none', 'default']),
  }),
  rule: z.strictObject({
    name: z.literal('paired screen and confirm'),
    screenRuns: count,
    confirmRuns: count,
    exonerateRuns: count,
    errorRuns: count,
    alpha: z.number(),
    massShare: z.number(),
    heldShare: z.number(),
    lostCoverage: z.enum(['block', 'allow']),
  }),
  runs: z.array(runSchema).describe('In the order in which they were run.'),
  counts: z.record(z.enum(findingKinds), count),
  findings: z.array(findingSchema).describe('Every finding that is not the same on both sides.'),
  waivers: z.array(waiverSchema).describe('Those that were in force for this image and suite.'),
  verdict: verdictSchema,
  set: z
    .strictObject({
      id: z.string(),
      verdict: verdictSchema,
      members: z.array(
        z.strictObject({
          image: z.string(),
          name: z.string().describe('The name that is asked to move.'),
          baseline: z.exactOptional(resourceSchema),
          candidate: resourceSchema,
          verdict: z.enum(verdictKinds),
        }),
      ),
    })
    .describe('All that is promoted together or not at all.'),
  evidence: resourceSchema.describe('All observations, as lines of JSON; the verdict follows from them.'),
  record: resourceSchema.describe('The verdict on the set, as it is stored beside this statement.'),
});

/** The predicate's schema for those who read it with other programs (JSON Schema 2020-12). */
export function imageComparisonJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(imageComparisonSchema, {
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema === digestSchema) Object.assign(jsonSchema, { type: 'string', pattern: digestPattern });
      },
    }),
    title: 'Lockkeeper image comparison',
    description: `The predicate of in-toto statements of type ${imageComparisonType}.`,
  };
}
