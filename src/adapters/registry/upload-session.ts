import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { PutBlobResult } from '../../ports/repository.ts';
import type { Answer } from './answer.ts';
import type { Access } from './authenticate.ts';
import type { Judged, RegistryClient, RegistryRequest } from './client.ts';
import { checkLocation } from './endpoint.ts';

export interface UploadOrder {
  readonly client: RegistryClient;
  readonly repository: string;
  readonly descriptor: Descriptor;
  readonly open: () => AsyncIterable<Uint8Array>;
  readonly mountFrom: string | undefined;
}

export type Again = Extract<Judged, { kind: 'again' }>;

/** How one try of an upload ended. */
export type UploadEnd = { readonly kind: 'done'; readonly result: PutBlobResult } | Again;

export type UploadStep = { readonly kind: 'answered'; readonly answer: Answer } | Again;

/** An answer without content that upload steps understand; everything else is an error or a reason to begin anew. */
const understood: ReadonlySet<number> = new Set([200, 201, 202, 204, 413]);

/** One request of an upload. Its answer has no body worth reading. @throws Failure `registry-*`, `blob-missing`, `content-mismatch` */
export async function uploadStep(
  order: UploadOrder,
  request: Omit<RegistryRequest, 'access' | 'what'>,
): Promise<UploadStep> {
  const { client, descriptor } = order;
  const whole: RegistryRequest = {
    ...request,
    access: uploadAccess(order),
    what: `cannot store blob ${descriptor.digest}`,
  };
  const judged = await client.attempt(whole);
  if (judged.kind === 'again') return judged;
  const { answer } = judged;
  if (!understood.has(answer.status)) {
    const failure = await client.refusal(answer, whole);
    // The registry lost the upload (another replica answers, or it was restarted), or counts its bytes differently.
    if (request.method !== 'POST' && (answer.status === 404 || answer.status === 416))
      return { kind: 'again', failure, askedMs: undefined };
    throw failure;
  }
  answer.discard();
  return { kind: 'answered', answer };
}

/** The specification says 201 at the end of an upload; 202 would mean that more is to come. @throws Failure `registry-refused` */
export function storedBy({ client, repository, descriptor }: UploadOrder, { status }: Answer): UploadEnd {
  if ([200, 201, 204].includes(status)) return { kind: 'done', result: 'stored' };
  throw new Failure(
    'registry-refused',
    `${client.endpoint.registry}/${repository}: the registry got all of blob ${descriptor.digest} and answers with status ${status}`,
  );
}

/** One scope for all requests of an upload, so that one token serves them. */
export function uploadAccess({ repository, mountFrom }: UploadOrder): Access {
  return { repository, push: true, mountFrom };
}

/** Where the upload goes on. @throws Failure `registry-untrusted`, `registry-refused` */
export function uploadLocation({ client, repository }: UploadOrder, answer: Answer, from: URL): URL {
  const location = answer.header('location');
  if (location !== undefined) return checkLocation(client.endpoint, from, location);
  throw new Failure(
    'registry-refused',
    `${client.endpoint.registry}/${repository}: the registry takes an upload but does not say where`,
  );
}

/** The last request of an upload names the digest. What stands in the query already may be signed, so it stays byte for byte. */
export function withDigest(location: URL, digest: string): URL {
  const url = new URL(location);
  url.search = `${url.search === '' ? '?' : `${url.search}&`}digest=${encodeURIComponent(digest)}`;
  return url;
}
