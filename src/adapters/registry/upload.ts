import { Failure } from '../../base/failure.ts';
import type { PutBlobResult } from '../../ports/repository.ts';
import { uploadInChunks } from './chunks.ts';
import { blobQuestion, readPresence } from './presence.ts';
import { restartable, type Source } from './source.ts';
import {
  storedBy,
  uploadAccess,
  uploadLocation,
  uploadStep,
  withDigest,
  type Again,
  type UploadEnd,
  type UploadOrder,
  type UploadStep,
} from './upload-session.ts';

/** Registries that take uploads in pieces only, or in pieces of a least size, say so here (distribution-spec, "Pushing a blob in chunks"). */
const chunkHeader = 'oci-chunk-min-length';

/**
 * Stores a blob: asks whether it is there, has it mounted, or sends it. A broken upload is begun anew, after another look
 * whether it arrived nevertheless.
 * @throws Failure `registry-*`, `content-mismatch`, and whatever reading the source throws
 */
export async function uploadBlob(order: UploadOrder): Promise<PutBlobResult> {
  const { client, repository, descriptor, open } = order;
  return restartable(descriptor, open, `${client.endpoint.registry}/${repository}`, async (source) => {
    const tries = client.tries();
    for (;;) {
      await tries.begin();
      const end = await tryUpload(order, source);
      if (end.kind === 'done') return end.result;
      await tries.again(end.failure, end.askedMs);
    }
  });
}

async function tryUpload(order: UploadOrder, source: Source): Promise<UploadEnd> {
  const present = await isPresent(order);
  if (present !== false) return present === true ? { kind: 'done', result: 'present' } : present;
  const { origin } = order.client.endpoint;
  const started = await startUpload(order);
  if (started.kind === 'again') return started;
  if (started.answer.status === 201 && order.mountFrom !== undefined)
    return { kind: 'done', result: 'mounted' };
  const location = uploadLocation(order, started.answer, origin);
  const chunkBytesMin = started.answer.header(chunkHeader);
  if (chunkBytesMin !== undefined) return uploadInChunks(order, source, location, Number(chunkBytesMin));
  const sent = await uploadWhole(order, source, location);
  if (sent.kind === 'again') return sent;
  if (sent.answer.status !== 413) return storedBy(order, sent.answer);
  // Too large for one request: once more, in pieces.
  const restarted = await startUpload({ ...order, mountFrom: undefined });
  if (restarted.kind === 'again') return restarted;
  return uploadInChunks(order, source, uploadLocation(order, restarted.answer, origin), 0);
}

/** Looks once, with the token that the upload needs anyway. */
async function isPresent(order: UploadOrder): Promise<boolean | Again> {
  const { client, repository, descriptor } = order;
  const request = blobQuestion(descriptor.digest, uploadAccess(order));
  const judged = await client.attempt(request);
  if (judged.kind === 'again') return judged;
  const { present, length } = await readPresence(client, request, judged.answer);
  if (!present || (length ?? descriptor.size) === descriptor.size) return present;
  throw new Failure(
    'content-mismatch',
    `${client.endpoint.registry}/${repository}: blob ${descriptor.digest} has ${descriptor.size} bytes, but the registry says that it has ${length}`,
  );
}

async function startUpload(order: UploadOrder): Promise<UploadStep> {
  const { repository, descriptor, mountFrom } = order;
  const mount =
    mountFrom === undefined
      ? ''
      : `?mount=${encodeURIComponent(descriptor.digest)}&from=${encodeURIComponent(mountFrom)}`;
  const url = `/v2/${repository}/blobs/uploads/${mount}`;
  return uploadStep(order, { method: 'POST', url, headers: { 'content-length': '0' } });
}

function uploadWhole(order: UploadOrder, source: Source, location: URL): Promise<UploadStep> {
  const { digest, size } = order.descriptor;
  return uploadStep(order, {
    method: 'PUT',
    url: withDigest(location, digest),
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(size) },
    body: () => source.open(),
  });
}
