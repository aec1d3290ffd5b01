import { BinaryFile } from './binary-file.ts';
import { UnreadableError } from './facts-reader.ts';

/** Offsets in a file, the second one not included. */
export interface FileRange {
  readonly from: number;
  readonly to: number;
}

const loaded = 1;
const writable = 2;

/**
 * Which parts of a program may be written at run time, from its first bytes (ELF specification, program headers);
 * empty where that is not told, undefined where the file is no ELF file.
 */
export function writableRanges(head: Buffer): readonly FileRange[] | undefined {
  if (head.toString('latin1', 0, 4) !== '\u007fELF') return undefined;
  try {
    return rangesOf(head);
  } catch (error) {
    if (error instanceof UnreadableError) return [];
    throw error;
  }
}

function rangesOf(head: Buffer): readonly FileRange[] {
  const file = new BinaryFile(head, head[5] === 2 ? 'big' : 'little');
  const wide = file.u8(4) === 2;
  const start = wide ? file.u64(32) : file.u32(28);
  const [entryBytes, count] = [file.u16(wide ? 54 : 42), file.u16(wide ? 56 : 44)];
  const ranges: FileRange[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = start + index * entryBytes;
    const flags = file.u32(at + (wide ? 4 : 24));
    const from = wide ? file.u64(at + 8) : file.u32(at + 4);
    const bytes = wide ? file.u64(at + 32) : file.u32(at + 16);
    if (file.u32(at) === loaded && (flags & writable) !== 0) ranges.push({ from, to: from + bytes });
  }
  return ranges;
}
