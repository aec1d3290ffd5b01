import * as z from 'zod';
import { fileGlob, text } from './config-fields.ts';
import { knownNoise, type NoiseRule } from './noise.ts';

const ruleError = 'a group of the keys files and because';

const ruleSchema = z.strictObject(
  {
    files: z
      .array(fileGlob, { error: 'a list of globs' })
      .min(1, { error: 'at least one glob' })
      .max(100, { error: 'at most 100 globs' })
      .meta({
        description:
          'Which files of an image may differ; globs over paths in the image, without a leading slash.',
        examples: [['opt/app/build-info.json']],
      }),
    because: text('a sentence that says why the difference is harmless').meta({
      description: 'Why a difference there is harmless; reports quote it.',
      examples: ['The build writes its time into it, and only the page /about shows it.'],
    }),
  },
  { error: ruleError },
);

export const diffSchema = z.strictObject(
  {
    noise: z
      .record(
        z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, {
          error: 'a name of lower-case letters, digits and dashes',
        }),
        ruleSchema,
        { error: 'a group of rules by name' },
      )
      .default({})
      .refine((rules) => knownNoise.every(({ name }) => !Object.hasOwn(rules, name)), {
        error: `a group of rules with names of their own; taken are ${knownNoise.map(({ name }) => name).join(', ')}`,
      })
      .meta({
        description:
          'Files that may differ between two builds of the same sources, beside those that every comparison knows. They count as the same in `diff --equivalent`, and reports name the rule.',
        examples: [
          {
            'build-info': { files: ['opt/app/build-info.json'], because: 'It holds the time of the build.' },
          },
        ],
      }),
  },
  { error: 'a group of keys that say how images are compared' },
);

export function noiseRulesOf({ noise }: z.output<typeof diffSchema>): readonly NoiseRule[] {
  return Object.entries(noise).map(([name, { files, because }]) => ({
    name,
    paths: files,
    covers: { kind: 'file' },
    because,
  }));
}
