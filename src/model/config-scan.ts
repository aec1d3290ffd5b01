import * as z from 'zod';
import { fileGlob, text } from './config-fields.ts';

/** A way of writing image names that only this repository knows: the name stands between two texts. */
export interface UserPattern {
  /** Glob over paths. */
  readonly files: string;
  readonly before: string;
  readonly after: string;
}

const hole = '{image}';
const patternError = `a text with ${hole} where the name stands, such as ci_image ${hole};`;

const patternSchema = z.strictObject(
  {
    files: fileGlob.meta({
      description: 'Which files are looked at; a glob over paths from the root of what is scanned.',
      examples: ['deploy/**/*.conf'],
    }),
    line: text(patternError)
      .refine((line) => line.split(hole).length === 2 && line.split(hole)[0]?.trim() !== '', {
        error: patternError,
      })
      .meta({
        description:
          'What stands around the name, which is written {image}. It is taken as it is: no character is special, so no pattern can be slow.',
        examples: ['ci_image {image};'],
      }),
  },
  { error: 'a group of the keys files and line' },
);

export const scanSchema = z.strictObject(
  {
    patterns: z
      .array(patternSchema, { error: 'a list of patterns' })
      .max(100, { error: 'at most 100 patterns' })
      .default([])
      .meta({
        description: 'Ways of writing image names that no finder knows.',
        examples: [[{ files: 'deploy/**/*.conf', line: 'ci_image {image};' }]],
      }),
  },
  { error: 'a group of keys that say what scan looks for' },
);

/** The texts on both sides of the hole. */
export function userPatternOf({ files, line }: z.output<typeof patternSchema>): UserPattern {
  const [before = '', after = ''] = line.split(hole);
  return { files, before, after };
}
