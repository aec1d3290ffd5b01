import * as z from 'zod';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { digestAlgorithm, digestHex, type Digest } from './digest.ts';

/**
 * Statements of the in-toto attestation framework, v1 (in-toto/attestation, spec/v1/statement.md): what somebody says of
 * an artifact, in a form that others read. Ours are unsigned.
 */

const digestSetSchema = z
  .record(z.string().min(1), z.string().regex(/^[0-9a-f]+$/))
  .describe('Algorithm and hexadecimal digits (in-toto DigestSet).');

/** spec/v1/resource_descriptor.md, of which we use the fields that name immutable content. */
export const resourceSchema = z.strictObject({
  name: z.exactOptional(z.string()),
  uri: z.exactOptional(z.string()),
  digest: digestSetSchema,
  mediaType: z.exactOptional(z.string()),
  annotations: z.exactOptional(z.record(z.string(), z.union([z.string(), z.boolean()]))),
});

export type Resource = Readonly<z.infer<typeof resourceSchema>>;

const statementType = 'https://in-toto.io/Statement/v1';

export interface Statement {
  readonly predicateType: string;
  readonly subject: Resource;
  readonly predicate: Json;
}

/** `{ "sha256": "…" }`. */
export function digestSet(digest: Digest): Readonly<Record<string, string>> {
  return { [digestAlgorithm(digest)]: digestHex(digest) };
}

/** Canonical JSON, so that equal statements have equal digests. */
export function formatStatement({ predicateType, subject, predicate }: Statement): Uint8Array {
  return new TextEncoder().encode(
    canonicalJson({ _type: statementType, subject: [resourceJson(subject)], predicateType, predicate }),
  );
}

export function resourceJson({ digest, annotations, ...rest }: Resource): {
  readonly [key: string]: Json | undefined;
} {
  return {
    ...rest,
    digest: { ...digest },
    annotations: annotations === undefined ? undefined : { ...annotations },
  };
}
