import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Source } from './source.ts';
import {
  storedBy,
  uploadLocation,
  uploadStep,
  withDigest,
  type Again,
  type UploadEnd,
  type UploadOrder,
  type UploadStep,
} from './upload-session.ts';

/**
 * Sends a blob in pieces (distribution-spec, "Pushing a blob in chunks"). A piece whose end is unknown is never just sent
 * again: the registry is asked how far it got, and where it does not say, the whole upload is begun anew.
 */
export async function uploadInChunks(
  order: UploadOrder,
  source: Source,
  start: URL,
  chunkBytesMin: number,
): Promise<UploadEnd> {
  if (!(chunkBytesMin >= 0 && chunkBytesMin <= limits.uploadPieceBytesMax))
    throw unreasonable(order, chunkBytesMin);
  let location = start;
  let offset = 0;
  for await (const bytes of inChunks(source.open(), Math.max(limits.uploadPieceBytes, chunkBytesMin))) {
    const sent = await sendChunk(order, { bytes, offset, location });
    if (sent.kind === 'again') return sent;
    ({ location } = sent);
    offset += bytes.length;
  }
  const end = await uploadStep(order, {
    method: 'PUT',
    url: withDigest(location, order.descriptor.digest),
    headers: { 'content-length': '0' },
  });
  return end.kind === 'again' ? end : storedBy(order, end.answer);
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly location: URL;
}

type ChunkEnd = { readonly kind: 'sent'; readonly location: URL } | Again;

async function sendChunk(order: UploadOrder, chunk: Chunk): Promise<ChunkEnd> {
  const sent = await patch(order, chunk);
  if (sent.kind === 'answered') return sentTo(order, chunk, sent);
  const asked = await uploadStep(order, { method: 'GET', url: chunk.location });
  if (asked.kind === 'again') return sent;
  const rest = restOf(order, chunk, asked);
  if (rest === undefined) return sent;
  if (rest.bytes.length === 0) return { kind: 'sent', location: rest.location };
  const resumed = await patch(order, rest);
  return resumed.kind === 'again' ? resumed : sentTo(order, rest, resumed);
}

function patch(order: UploadOrder, { bytes, offset, location }: Chunk): Promise<UploadStep> {
  return uploadStep(order, {
    method: 'PATCH',
    url: location,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'content-range': `${offset}-${offset + bytes.length - 1}`,
    },
    body: () => bytes,
  });
}

function sentTo(
  order: UploadOrder,
  chunk: Chunk,
  { answer }: Extract<UploadStep, { kind: 'answered' }>,
): ChunkEnd {
  if (answer.status === 202) return { kind: 'sent', location: uploadLocation(order, answer, chunk.location) };
  throw new Failure(
    'registry-refused',
    `${order.client.endpoint.registry}/${order.repository}: a piece of a blob was answered with status ${answer.status}`,
  );
}

/** What the registry has not got of a piece; undefined: it does not say, or says what cannot be. */
function restOf(
  order: UploadOrder,
  chunk: Chunk,
  { answer }: Extract<UploadStep, { kind: 'answered' }>,
): Chunk | undefined {
  // `Range: 0-1023` says that 1,024 bytes are there. Distribution says `0-0` for none and for one, which tells nothing.
  const last = /^(?:bytes=)?0-([1-9]\d{0,14})$/.exec(answer.header('range') ?? '')?.[1];
  if (answer.status !== 204 || last === undefined) return undefined;
  const received = Number(last) + 1 - chunk.offset;
  if (received < 0 || received > chunk.bytes.length) return undefined;
  const moved = answer.header('location') !== undefined;
  return {
    bytes: chunk.bytes.subarray(received),
    offset: chunk.offset + received,
    location: moved ? uploadLocation(order, answer, chunk.location) : chunk.location,
  };
}

async function* inChunks(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of source) {
    for (let rest = piece; rest.length > 0;) {
      const taken = rest.subarray(0, size - bytes);
      held.push(taken);
      bytes += taken.length;
      rest = rest.subarray(taken.length);
      if (bytes < size) continue;
      yield Buffer.concat(held);
      held = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(held);
}

function unreasonable(order: UploadOrder, chunkBytesMin: number): Failure {
  return new Failure(
    'registry-refused',
    `${order.client.endpoint.registry}/${order.repository}: the registry wants pieces of ${chunkBytesMin} bytes; at most ${limits.uploadPieceBytesMax} are sent`,
  );
}
