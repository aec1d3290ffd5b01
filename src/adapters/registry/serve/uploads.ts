import { Failure, isFailure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { isDigest, type Digest, type DigestAlgorithm } from '../../../model/digest.ts';
import { isRepository } from '../../../model/reference.ts';
import type { OpenUpload, OpenUploads } from './open-uploads.ts';
import { empty, refusal, type Reply } from './reply.ts';
import { placeOf, type Asked } from './request.ts';
import { noDigest } from './route.ts';

/** `POST /v2/<name>/blobs/uploads/`: begins an upload, takes a whole blob, or mounts one (end-4a, end-4b, end-4c, end-11). */
export async function beginUpload(asked: Asked, uploads: OpenUploads): Promise<Reply> {
  const { query, repository, name } = asked;
  const [mount, from, digest] = [query.get('mount'), query.get('from'), query.get('digest')];
  const odd = [mount, digest].find((text) => text !== null && !isDigest(text));
  if (odd !== undefined && odd !== null) return noDigest(odd);
  if (from !== null && !isRepository(from))
    return refusal(400, 'NAME_INVALID', `${JSON.stringify(from.slice(0, 300))} is no repository name`);
  const algorithm = algorithmOf(query.get('digest-algorithm') ?? (digest ?? mount)?.split(':', 1)[0]);
  if (algorithm === undefined) return refusal(400, 'DIGEST_INVALID', 'blobs are named by sha256 or sha512');
  if (mount !== null && isDigest(mount) && (await repository.mountBlob(mount, from ?? undefined)))
    return created(name, mount);
  const started = await uploads.start(name, () => repository.startUpload(algorithm));
  if (started === undefined)
    return refusal(429, 'TOOMANYREQUESTS', `${limits.servedUploadsMax} uploads are open; end or cancel one`, {
      'retry-after': '10',
    });
  if (digest === null || !isDigest(digest)) return progress(202, started);
  return inTurn(uploads, started, () =>
    finish(asked, { uploads, open: started, digest, isOneRequest: true }),
  );
}

/** `GET`, `PATCH`, `PUT` and `DELETE` of an upload (end-13, end-5, end-6, end-14). */
export async function continueUpload(asked: Asked, uploads: OpenUploads, id: string): Promise<Reply> {
  const open = uploads.find(asked.name, id);
  if (open === undefined) return unknownUpload();
  if (asked.method === 'GET') return progress(204, open);
  return inTurn(uploads, open, async () => {
    if (asked.method === 'PATCH') return (await takeChunk(asked, uploads, open)) ?? progress(202, open);
    if (asked.method === 'PUT') return endUpload(asked, uploads, open);
    uploads.forget(open);
    await open.upload.cancel();
    return empty(204);
  });
}

async function inTurn(uploads: OpenUploads, open: OpenUpload, work: () => Promise<Reply>): Promise<Reply> {
  return (
    (await uploads.use(open, work)) ??
    refusal(409, 'BLOB_UPLOAD_INVALID', 'another request works on this upload')
  );
}

async function endUpload(asked: Asked, uploads: OpenUploads, open: OpenUpload): Promise<Reply> {
  const digest = asked.query.get('digest');
  if (digest === null || !isDigest(digest)) return noDigest(digest ?? '');
  return finish(asked, { uploads, open, digest, isOneRequest: false });
}

interface Finishing {
  readonly uploads: OpenUploads;
  readonly open: OpenUpload;
  readonly digest: Digest;
  /** Nobody was told the place of the upload, so nobody can go on with it. */
  readonly isOneRequest: boolean;
}

async function finish(asked: Asked, { uploads, open, digest, isOneRequest }: Finishing): Promise<Reply> {
  try {
    const refused = await takeChunk(asked, uploads, open);
    if (refused !== undefined) return refused;
  } catch (error) {
    if (isOneRequest) {
      uploads.forget(open);
      await open.upload.cancel();
    }
    throw error;
  }
  // Whatever comes of it, it is the end of the upload.
  uploads.forget(open);
  await open.upload.commit(digest);
  return created(asked.name, digest);
}

/** Adds the body of a request. A reply: it was refused. */
async function takeChunk(asked: Asked, uploads: OpenUploads, open: OpenUpload): Promise<Reply | undefined> {
  const { upload } = open;
  const range = parseChunkRange(asked.header('content-range'));
  if (range === 'odd') return refusal(400, 'BLOB_UPLOAD_INVALID', 'Content-Range is not FIRST-LAST');
  if (range !== undefined && range.first !== upload.size) return outOfOrder(open, range.first);
  const promised = range === undefined ? asked.length : range.last - range.first + 1;
  if (asked.length !== undefined && asked.length !== promised)
    return refusal(
      400,
      'SIZE_INVALID',
      `Content-Range speaks of ${promised} bytes, Content-Length of ${asked.length}`,
    );
  const before = upload.size;
  try {
    await upload.append(bounded(asked.body, { have: before, promised }));
  } catch (error) {
    // The file is in doubt, or gone. A client that broke off may come back for the rest.
    if (isFailure(error)) {
      uploads.forget(open);
      await upload.cancel();
    }
    throw error;
  }
  if (promised !== undefined && upload.size - before !== promised)
    return refusal(400, 'SIZE_INVALID', `${promised} bytes were promised, ${upload.size - before} came`);
  return undefined;
}

/** Hands on bytes as long as they are no more than promised, and than an upload may have. @throws Failure `content-mismatch`, `registry-refused` */
async function* bounded(
  body: AsyncIterable<Uint8Array>,
  { have, promised }: { readonly have: number; readonly promised: number | undefined },
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (promised !== undefined && bytes > promised)
      throw new Failure('content-mismatch', `more bytes came than the ${promised} that were promised`);
    if (have + bytes > limits.servedUploadBytesMax)
      throw new Failure('registry-refused', `a blob may have ${limits.servedUploadBytesMax} bytes`);
    yield piece;
  }
}

/** `0-1023`; some clients write it as HTTP does, `bytes 0-1023/*`. */
function parseChunkRange(
  header: string | undefined,
): { readonly first: number; readonly last: number } | undefined | 'odd' {
  if (header === undefined) return undefined;
  const [, first, last] = /^(?:bytes )?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(last) + 1 < Number(first)) return 'odd';
  return { first: Number(first), last: Number(last) };
}

function algorithmOf(text: string | undefined): DigestAlgorithm | undefined {
  if (text === undefined) return 'sha256';
  return text === 'sha256' || text === 'sha512' ? text : undefined;
}

function created(name: string, digest: Digest): Reply {
  return empty(201, { location: placeOf(name, 'blobs', digest), 'docker-content-digest': digest });
}

function progress(status: 202 | 204, open: OpenUpload): Reply {
  return empty(status, progressHeaders(open));
}

/** Nobody can write a range of no bytes; `0-0` is what registries say then. */
function progressHeaders({ id, repository, upload }: OpenUpload): Readonly<Record<string, string>> {
  return {
    location: placeOf(repository, 'blobs/uploads', id),
    range: `0-${Math.max(0, upload.size - 1)}`,
    'docker-upload-uuid': id,
  };
}

function outOfOrder(open: OpenUpload, first: number): Reply {
  return refusal(
    416,
    'BLOB_UPLOAD_INVALID',
    `the upload has ${open.upload.size} bytes; a piece from byte ${first} on does not follow`,
    progressHeaders(open),
  );
}

function unknownUpload(): Reply {
  return refusal(404, 'BLOB_UPLOAD_UNKNOWN', 'there is no such upload');
}
