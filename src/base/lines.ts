const newline = 0x0a;

/** The lines of a byte stream without their ends; calls `tooLong`, which throws, for a line beyond `bytesMax`. */
export async function* linesOf(
  source: AsyncIterable<Uint8Array>,
  bytesMax: number,
  tooLong: () => never,
): AsyncGenerator<Buffer, void, undefined> {
  let kept: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let end = buffer.indexOf(newline); end !== -1; end = buffer.indexOf(newline, start)) {
      if (bytes + end - start > bytesMax) tooLong();
      yield Buffer.concat([...kept, buffer.subarray(start, end)]);
      kept = [];
      bytes = 0;
      start = end + 1;
    }
    if (start === buffer.length) continue;
    bytes += buffer.length - start;
    if (bytes > bytesMax) tooLong();
    kept.push(buffer.subarray(start));
  }
  if (bytes > 0) yield Buffer.concat(kept);
}
