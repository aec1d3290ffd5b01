import { isFailure } from '../../../base/failure.ts';
import { failureReply } from './failure-reply.ts';
import type { Reply } from './reply.ts';

/**
 * The same reply with the first bytes of its body at hand: what goes wrong before them can still be said in words.
 * Whoever gets it has to read it, or what it is read from stays open.
 */
export async function begun(reply: Reply): Promise<Reply> {
  const { body } = reply;
  if (body.kind !== 'stream') return reply;
  const pieces = body.open()[Symbol.asyncIterator]();
  try {
    const first = await pieces.next();
    return { ...reply, body: { ...body, open: () => allOf(first, pieces) } };
  } catch (error) {
    if (!isFailure(error)) throw error;
    // What lies there is not the blob.
    return failureReply(error, { 'content-mismatch': [404, 'BLOB_UNKNOWN'] });
  }
}

async function* allOf<T>(first: IteratorResult<T, unknown>, pieces: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let each = first; each.done !== true; each = await pieces.next()) yield each.value;
  } finally {
    await pieces.return?.();
  }
}
