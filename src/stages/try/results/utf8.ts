import { Buffer } from 'node:buffer';
import type { ReportFile } from './observation-list.ts';

// Read in pieces of this size, so that no second copy of the whole is ever a single string.
const pieceBytes = 1024 * 1024;

/** The report in UTF-8 and without a byte order mark: shells of Windows redirect output in UTF-16. */
export function inUtf8({ path, bytes }: ReportFile): ReportFile {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { path, bytes: bytes.subarray(3) };
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (!isLittle && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return { path, bytes };
  const decoder = new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be');
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes)
    pieces.push(Buffer.from(decoder.decode(bytes.subarray(start, start + pieceBytes), { stream: true })));
  pieces.push(Buffer.from(decoder.decode()));
  return { path, bytes: Buffer.concat(pieces) };
}
