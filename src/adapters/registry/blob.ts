import { Failure } from '../../base/failure.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import type { Answer, Piece } from './answer.ts';
import type { RegistryClient, RegistryRequest } from './client.ts';
import type { Tries } from './retry.ts';
import { VerifiedBlob, wrongSize } from './verify.ts';

/**
 * Reads a blob as it comes. When the connection breaks midway, it goes on from the byte after the last one that was
 * hashed; size and digest are checked over all of it.
 * @throws Failure `blob-missing`, `content-mismatch`, `registry-*`
 */
export function readBlob(client: RegistryClient, repository: string, descriptor: Descriptor): VerifiedBlob {
  const place = `${client.endpoint.registry}/${repository}`;
  return new VerifiedBlob(descriptor, place, async function* (check) {
    const tries = client.tries();
    for (;;) {
      const answer = await openBlob({ client, repository, descriptor, tries }, check.bytes);
      const end = yield* readPieces(answer, check.bytes);
      if (end.kind === 'end') return;
      if (!end.again) throw end.failure;
      await tries.again(end.failure);
    }
  });
}

/** Hands on what comes of one answer after the bytes that are known; returns why no more comes. */
async function* readPieces(
  answer: Answer,
  known: number,
): AsyncGenerator<Uint8Array, Exclude<Piece, { kind: 'bytes' }>> {
  // A registry that knows no ranges starts from zero; what was hashed already is skipped, and the digest proves the rest.
  let skip = answer.status === 206 ? 0 : known;
  try {
    for (;;) {
      const piece = await answer.next();
      if (piece.kind !== 'bytes') return piece;
      const fresh = piece.bytes.subarray(Math.min(skip, piece.bytes.length));
      skip -= piece.bytes.length - fresh.length;
      if (fresh.length > 0) yield fresh;
    }
  } finally {
    answer.discard();
  }
}

interface Opening {
  readonly client: RegistryClient;
  readonly repository: string;
  readonly descriptor: Descriptor;
  readonly tries: Tries;
}

/** An answer whose body begins at `offset` (206) or at zero (200). */
async function openBlob({ client, repository, descriptor, tries }: Opening, offset: number): Promise<Answer> {
  const request: RegistryRequest = {
    method: 'GET',
    url: `/v2/${repository}/blobs/${descriptor.digest}`,
    headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
    access: { repository, push: false },
    what: `cannot read blob ${descriptor.digest}`,
  };
  for (;;) {
    await tries.begin();
    const judged = await client.attempt(request);
    if (judged.kind === 'use') {
      await checkOpened(judged.answer, { client, request, descriptor, offset });
      return judged.answer;
    }
    await tries.again(judged.failure, judged.askedMs);
  }
}

interface Opened {
  readonly client: RegistryClient;
  readonly request: RegistryRequest;
  readonly descriptor: Descriptor;
  readonly offset: number;
}

async function checkOpened(answer: Answer, { client, request, descriptor, offset }: Opened): Promise<void> {
  const place = `${client.endpoint.registry}/${request.access.repository}`;
  const { status, length } = answer;
  if (status === 200 && (length ?? descriptor.size) !== descriptor.size) {
    answer.discard();
    throw wrongSize(place, descriptor, String(length));
  }
  if (status === 200) return;
  if (status === 206 && offset > 0 && startsAt(answer.header('content-range'), offset, descriptor.size))
    return;
  if (status === 404) {
    answer.discard();
    throw new Failure('blob-missing', `${place}: there is no blob ${descriptor.digest}`);
  }
  if (status === 206 || status === 416) {
    answer.discard();
    throw new Failure(
      'content-mismatch',
      `${place}: blob ${descriptor.digest} was asked for from byte ${offset}, and another part came`,
    );
  }
  throw await client.refusal(answer, request);
}

function startsAt(range: string | undefined, offset: number, size: number): boolean {
  const [, first, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range ?? '') ?? [];
  return Number(first) === offset && (total === '*' || Number(total) === size);
}
