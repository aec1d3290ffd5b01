import type { Digest } from '../../model/digest.ts';
import type { Answer } from './answer.ts';
import type { Access } from './authenticate.ts';
import { isRedirect, type RegistryClient, type RegistryRequest } from './client.ts';

export interface Presence {
  readonly present: boolean;
  /** Bytes, as far as the registry says. */
  readonly length: number | undefined;
}

/** Asks whether a blob is there. Where to is nobody's business: storage hosts sign their URLs for GET only. */
export function blobQuestion(digest: Digest, access: Access): RegistryRequest {
  return {
    method: 'HEAD',
    url: `/v2/${access.repository}/blobs/${digest}`,
    access,
    redirectIsAnswer: true,
    what: `cannot look for blob ${digest}`,
  };
}

/** A registry that sends us elsewhere for a blob says that it has it. */
export async function readPresence(
  client: RegistryClient,
  request: RegistryRequest,
  answer: Answer,
): Promise<Presence> {
  const { status, length } = answer;
  const present = status === 200 || isRedirect(status);
  if (!present && status !== 404) throw await client.refusal(answer, request);
  answer.discard();
  return { present, length: status === 200 ? length : undefined };
}
