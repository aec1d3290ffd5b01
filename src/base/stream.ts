import type { Writable } from 'node:stream';
import { systemErrorCode } from './failure.ts';

/**
 * Writes all chunks with back pressure and ends the stream.
 * Resolves to false when the other side closed it before the end: then its exit status tells why, not we.
 * Rejects with whatever reading throws, and with what breaks the stream otherwise.
 */
export async function pumpInto(source: AsyncIterable<Uint8Array>, sink: Writable): Promise<boolean> {
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  sink.on('error', onError);
  try {
    for await (const chunk of source) {
      if (isClosed(sink)) break;
      if (!sink.write(chunk)) await drained(sink);
    }
    if (!isClosed(sink)) {
      sink.end();
      await finished(sink);
    }
  } finally {
    sink.off('error', onError);
    // An error may still be on its way to a stream that we are done with; without a listener it would end the process.
    sink.on('error', () => undefined);
  }
  if (broken !== undefined && !closedEarly(broken)) throw broken;
  return broken === undefined && sink.writableFinished;
}

/** Collects a byte stream into one buffer, as long as it stays within `bytesMax`; else calls `tooLarge`, which throws. */
export async function collectBytes(
  source: AsyncIterable<Uint8Array>,
  bytesMax: number,
  tooLarge: () => never,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > bytesMax) tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function isClosed(sink: Writable): boolean {
  return sink.destroyed || sink.writableEnded || sink.errored !== null;
}

function closedEarly(error: Error): boolean {
  const code = systemErrorCode(error);
  return (
    code === 'EPIPE' || code === 'ECONNRESET' || ('code' in error && error.code === 'ERR_STREAM_DESTROYED')
  );
}

/** Resolves when the stream takes more, or takes nothing any more. */
export function drained(sink: Writable): Promise<void> {
  return firstOf(sink, ['drain', 'error', 'close']);
}

function finished(sink: Writable): Promise<void> {
  if (sink.writableFinished) return Promise.resolve();
  return firstOf(sink, ['finish', 'error', 'close']);
}

/** `events.once` on several events would leave its listeners behind on each call, and there are many calls a stream. */
function firstOf(sink: Writable, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      for (const event of events) sink.off(event, settle);
      resolve();
    };
    for (const event of events) sink.on(event, settle);
    if (sink.destroyed) settle();
  });
}

/** What lies in memory, as a stream. */
export function streamOf<T>(items: Iterable<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = items[Symbol.iterator]();
      return {
        next: () => Promise.resolve().then(() => iterator.next()),
        return: () => Promise.resolve().then(() => iterator.return?.() ?? { done: true, value: undefined }),
      };
    },
  };
}

/** The same bytes in pieces of at least so many bytes, the last of which is smaller. */
export async function* inLargerPieces(
  source: AsyncIterable<Uint8Array>,
  bytesMin: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of source) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < bytesMin) continue;
    yield joined(waiting);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield joined(waiting);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  return first !== undefined && pieces.length === 1 ? first : Buffer.concat(pieces);
}
