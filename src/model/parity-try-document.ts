import * as z from 'zod';
import { reportSchema } from './report-document.ts';

/** What `parity try --json` writes. */

const buildpack = z.strictObject({ id: z.string(), version: z.string() });

export const parityTrySchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('parity-try'),
  madeBy: z.string(),
  platform: z.string().describe('Its name in lockkeeper.yaml, or `builder` where none is named.'),
  channel: z.string(),
  level: z.enum(['L3', 'L4']),
  builder: z.string().describe('`name@digest`.'),
  runImage: z.string().optional().describe('`name@digest`.'),
  platformApi: z.string(),
  buildpacks: z.array(buildpack).describe('Those that took part, in their order.'),
  versions: z
    .array(
      z.strictObject({
        buildpack,
        runtime: z.string(),
        version: z.string().optional().describe('Absent: it refused before it settled on one.'),
        asked: z.string().optional().describe('What it read as the wish.'),
        origin: z
          .string()
          .optional()
          .describe('The file or variable of the wish; `default`: there was none.'),
        checksPatch: z
          .boolean()
          .describe('False: it takes any patch of a series that it knows, and only a download tells.'),
        line: z.string().describe('The line of the log. Foreign text.'),
      }),
    )
    .describe('What buildpacks said that they take.'),
  outcome: z
    .enum(['takes', 'ignores', 'refuses', 'unknown'])
    .describe('Without a network: as far as to where something would be downloaded.'),
  passedOver: z
    .array(
      z.strictObject({
        file: z.string(),
        line: z.int(),
        runtime: z.string(),
        asked: z.string(),
        buildpack,
        takes: z.string(),
      }),
    )
    .describe('Pins of the repository that a buildpack did not go by.'),
  ended: z.string().describe('How the lifecycle ended, and which buildpack said what. Foreign text.'),
  durationMs: z.number().nonnegative(),
  image: z.strictObject({ name: z.string(), digest: z.string(), bundle: z.string() }).optional(),
  deployed: z
    .strictObject({
      reference: z.string(),
      digest: z.string().optional().describe('Absent: the name does not exist.'),
      differences: z.array(z.string()).describe('How it was made differently, by the labels of both images.'),
    })
    .optional(),
  notices: z.array(z.string()).describe('What is other than on the platform.'),
  gate: reportSchema.optional().describe('The verdict of the suites that guard the image.'),
});

export type ParityTryDocument = z.infer<typeof parityTrySchema>;

/** The document's schema for those who read it with other programs (JSON Schema 2020-12). */
export function parityTryJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(parityTrySchema),
    title: 'Lockkeeper parity try',
    description: 'What `lockkeeper parity try --json` writes.',
  };
}
