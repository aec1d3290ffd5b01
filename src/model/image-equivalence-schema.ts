import * as z from 'zod';
import { resourceSchema } from './statement.ts';
import { verdictKinds } from './verdict.ts';

/** Our own predicate: a rebuild and the image that was tested differ in nothing but known noise. */
export const imageEquivalenceType = 'https://lockkeeper.dev/attestation/image-equivalence/v1';

const noiseSchema = z.strictObject({
  rule: z.string(),
  because: z.string().describe('Why this difference is harmless.'),
  files: z.int().positive(),
});

export const imageEquivalenceSchema = z.strictObject({
  image: z.string().describe('Name of the image in lockkeeper.yaml.'),
  comparedBy: z.string().describe('Program and version.'),
  source: z.array(resourceSchema).describe('The commit that both were built from.'),
  tested: resourceSchema.describe('The image that the verdict is on.'),
  platforms: z
    .array(
      z.strictObject({
        platform: z.string(),
        tested: resourceSchema,
        rebuilt: resourceSchema,
        noise: z.array(noiseSchema).describe('In what the two differ all the same, by rule.'),
      }),
    )
    .min(1),
  verdict: z.strictObject({
    kind: z.enum(verdictKinds),
    sentence: z.string(),
    createdAt: z.string().describe('ISO 8601, UTC.'),
  }),
  record: resourceSchema.describe('The document that holds the verdict; it lies in the same artifact.'),
});

/** The schema for those who read it with other programs (JSON Schema 2020-12). */
export function imageEquivalenceJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(imageEquivalenceSchema),
    title: 'Lockkeeper image equivalence',
    description: `The predicate of statements of type ${imageEquivalenceType}, whose subject is the rebuild.`,
  };
}
