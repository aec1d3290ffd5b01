import { Buffer } from 'node:buffer';
import { limits } from '../../../base/limits.ts';

export interface ReportLine {
  /** Without its end; cut to `reportLineCharsMax` bytes. What is no UTF-8 is U+FFFD. */
  readonly text: string;
  /** Counts from 1. */
  readonly number: number;
  /** False for a last line without a newline: there may have been more of it. */
  readonly isWhole: boolean;
}

const newline = 0x0a;

export function* reportLines(bytes: Uint8Array): Generator<ReportLine> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  for (let number = 1; start < buffer.length; number += 1) {
    const found = buffer.indexOf(newline, start);
    const end = found === -1 ? buffer.length : found;
    const text = buffer.toString('utf8', start, Math.min(end, start + limits.reportLineCharsMax));
    yield { text: text.endsWith('\r') ? text.slice(0, -1) : text, number, isWhole: found !== -1 };
    start = end + 1;
  }
}
