import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Writes all chunks with back pressure and ends the stream. Rejects when the stream breaks or is closed early. */
export async function pumpInto(source: AsyncIterable<Uint8Array>, sink: Writable): Promise<void> {
  for await (const chunk of source) {
    if (sink.destroyed) return;
    if (!sink.write(chunk)) await Promise.race([once(sink, 'drain'), once(sink, 'close')]);
  }
  if (!sink.destroyed) sink.end();
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
  return Buffer.concat(chunks);
}
