import * as z from 'zod';
import type { Json } from '../base/canonical-json.ts';
import { digestSchema } from './descriptor.ts';
import type { Waiver } from './waiver.ts';

/** Waivers as they are stored with the evidence and the findings that they are for. */

export const waiverSchema = z.strictObject({
  test: z.string(),
  image: z.string(),
  suite: z.string().optional(),
  author: z.string(),
  reason: z.string(),
  until: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('day'), day: z.iso.date() }),
    z.strictObject({ kind: z.literal('candidate'), digest: digestSchema }),
  ]),
});

export function waiverJson(waiver: Waiver): { readonly [key: string]: Json | undefined } {
  return { ...waiver, until: { ...waiver.until } };
}

export function readWaiver({ suite, ...rest }: z.infer<typeof waiverSchema>): Waiver {
  return { ...rest, suite };
}
