import * as z from 'zod';
import { exitStatus } from '../base/failure.ts';
import { endSchema } from './evidence-schema.ts';

/** What `lockkeeper try --json` writes: one run of one suite on one image. */
export const triedSuiteSchema = z.strictObject({
  schemaVersion: z.literal(1),
  kind: z.literal('trial'),
  image: z.string().describe('Name of the image in lockkeeper.yaml.'),
  suite: z.string(),
  platform: z.string(),
  side: z.enum(['baseline', 'candidate']),
  digest: z.string().describe('Digest of the image manifest that was run.'),
  engine: z.enum(['docker', 'podman']),
  imageId: z.string().describe('What the engine calls the image; it stays there.'),
  command: z.array(z.string()).describe('What was run in the container.'),
  whole: z.boolean().describe('The whole suite was run; false: only the tests that were asked for.'),
  exit: z
    .literal([exitStatus.yes, exitStatus.no, exitStatus.notProven])
    .describe('Exit status of the command.'),
  startedAt: z.string().describe('ISO 8601, UTC.'),
  durationMs: z.number().nonnegative().describe('Milliseconds.'),
  end: endSchema,
  broken: z.exactOptional(z.string()).describe('Why the report cannot be trusted to be all of it.'),
  tests: z
    .array(
      z.strictObject({
        test: z.string(),
        status: z.enum(['passed', 'failed', 'skipped', 'errored', 'precluded', 'missing']),
        detail: z.exactOptional(z.string()).describe('What the failure says. Foreign text.'),
      }),
    )
    .describe('All tests of the run, or those that were asked for; `missing`: the run did not show it.'),
  output: z
    .strictObject({
      bytes: z.int().nonnegative(),
      head: z.string(),
      tail: z.string().describe('Empty when all of it is in `head`.'),
      omittedBytes: z.int().nonnegative(),
    })
    .describe('What the run wrote. Foreign text.'),
});

export type TriedSuite = z.infer<typeof triedSuiteSchema>;

/** The schema for those who read it with other programs (JSON Schema 2020-12). */
export function triedSuiteJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(triedSuiteSchema),
    title: 'Lockkeeper trial',
    description: 'What lockkeeper try --json writes.',
  };
}
