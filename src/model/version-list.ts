import * as z from 'zod';
import { jsonOf } from '../base/json-path.ts';

/** What a builder's own table says; or that nobody can tell, with the reason. */
export type VersionList =
  | {
      readonly kind: 'versions';
      /** Full versions such as `3.13.1`, newest first, each once. */
      readonly versions: readonly string[];
      /** What the table itself takes where nothing is asked for; a range of npm's grammar. */
      readonly preferred: string | undefined;
      /** The file that holds it, in the builder. */
      readonly source: string;
    }
  /** `why` is a clause of its own, without a full stop. */
  | { readonly kind: 'unknown'; readonly why: string };

const schema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('versions'),
    versions: z.array(z.string()),
    preferred: z.string().optional(),
    source: z.string(),
  }),
  z.object({ kind: z.literal('unknown'), why: z.string() }),
]);

/** What was kept as JSON; undefined: it was written by somebody else. */
export function parseVersionList(bytes: Uint8Array): VersionList | undefined {
  const parsed = schema.safeParse(jsonOf(Buffer.from(bytes).toString('utf8')));
  if (!parsed.success) return undefined;
  return parsed.data.kind === 'unknown' ? parsed.data : { ...parsed.data, preferred: parsed.data.preferred };
}
