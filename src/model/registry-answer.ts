import * as z from 'zod';
import { strictJsonOf } from '../base/strict-json.ts';

/** What registries and token services answer beside images. All of it is hostile text until it was read here. */

export interface RegistryError {
  /** One of the distribution-spec's error codes, or the registry's own. */
  readonly code: string;
  readonly message: string;
}

/** A token as it becomes a header: visible ASCII. */
export interface RegistryToken {
  readonly token: string;
  /** Undefined: the service does not say. */
  readonly expiresInSeconds: number | undefined;
}

const errorsSchema = z.object({
  errors: z.array(z.object({ code: z.string(), message: z.string().nullish() })).min(1),
});
const tokenText = z
  .string()
  .regex(/^[\x21-\x7e]*$/)
  .nullish();
const tokenSchema = z.object({
  token: tokenText,
  access_token: tokenText,
  expires_in: z.number().nonnegative().nullish(),
});
const tagsSchema = z.object({ tags: z.array(z.string()).nullish() });

/** The first error that a registry names (distribution-spec, "Error Codes"). Undefined: the body is something else. */
export function readRegistryError(bytes: Uint8Array): RegistryError | undefined {
  const error = read(errorsSchema, bytes)?.errors[0];
  return error === undefined ? undefined : { code: error.code, message: error.message ?? '' };
}

/** A token service's answer (distribution's "Token Authentication Specification"). Undefined: it holds no token. */
export function readToken(bytes: Uint8Array): RegistryToken | undefined {
  const answer = read(tokenSchema, bytes);
  // `||`: services send an empty `token` beside a full `access_token`.
  const token = answer?.token || answer?.access_token;
  return token ? { token, expiresInSeconds: answer?.expires_in ?? undefined } : undefined;
}

/** One page of a list of tags (distribution-spec, "Listing Tags"). Undefined: the body is something else. */
export function readTagList(bytes: Uint8Array): readonly string[] | undefined {
  const answer = read(tagsSchema, bytes);
  return answer === undefined ? undefined : (answer.tags ?? []);
}

function read<T>(schema: z.ZodType<T>, bytes: Uint8Array): T | undefined {
  return schema.safeParse(strictJsonOf(bytes)).data;
}
