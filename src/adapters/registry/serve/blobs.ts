import type { Digest } from '../../../model/digest.ts';
import { parseByteRange } from './byte-range.ts';
import { empty, refusal, type Reply } from './reply.ts';
import type { Asked } from './request.ts';

/** `GET`, `HEAD` and `DELETE` of `/v2/<name>/blobs/<digest>` (end-2, end-10). */
export async function answerBlob(asked: Asked, digest: Digest): Promise<Reply> {
  return asked.method === 'DELETE' ? deleteBlob(asked, digest) : readBlob(asked, digest);
}

async function readBlob({ repository, header, method }: Asked, digest: Digest): Promise<Reply> {
  const blob = await repository.blob(digest);
  if (blob === undefined) return unknown(digest);
  const { size, openRange } = blob;
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
  // Of what lies elsewhere only the whole can be verified on its way; a client that asks for a part gets all of it.
  const ranges = openRange === undefined ? {} : { 'accept-ranges': 'bytes' };
  const range = parseByteRange(
    method === 'GET' && openRange !== undefined ? header('range') : undefined,
    size,
  );
  if (range.kind === 'unsatisfiable')
    return refusal(416, 'SIZE_INVALID', `blob ${digest} has ${size} bytes`, {
      'content-range': `bytes */${size}`,
    });
  if (range.kind === 'whole' || openRange === undefined)
    return {
      status: 200,
      headers: { ...headers, ...ranges },
      body: { kind: 'stream', length: size, open: () => blob.open() },
    };
  const { first, last } = range;
  return {
    status: 206,
    headers: { ...headers, ...ranges, 'content-range': `bytes ${first}-${last}/${size}` },
    body: { kind: 'stream', length: last - first + 1, open: () => openRange(first, last) },
  };
}

async function deleteBlob({ repository }: Asked, digest: Digest): Promise<Reply> {
  return (await repository.deleteBlob(digest)) ? empty(202) : unknown(digest);
}

function unknown(digest: Digest): Reply {
  return refusal(404, 'BLOB_UNKNOWN', `there is no blob ${digest}`);
}
