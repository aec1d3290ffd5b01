import * as z from 'zod';
import type { KeptFacts } from './kept-facts.ts';
import { ecosystems } from './package.ts';

/** Facts as they are kept under a layer's digest. */
export const keptFactsSchema: z.ZodType<KeptFacts> = z.strictObject({
  packages: z.array(
    z.strictObject({
      ecosystem: z.enum(ecosystems),
      name: z.string(),
      version: z.string(),
      architecture: z.string().optional(),
      source: z.string().optional(),
      licence: z.string().optional(),
      size: z.number().nonnegative().optional(),
      place: z.string(),
    }),
  ),
  owns: z.array(
    z.strictObject({
      ecosystem: z.enum(ecosystems),
      name: z.string(),
      paths: z.string(),
      below: z.array(z.string()).optional(),
    }),
  ),
  troubles: z.array(z.string()),
});
