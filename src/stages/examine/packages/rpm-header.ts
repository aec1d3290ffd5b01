import { BinaryFile } from './binary-file.ts';
import { UnreadableError } from './facts-reader.ts';

/**
 * The header of an installed rpm as databases hold it (rpm's `lib/header.c`): the number of entries and of bytes of
 * data, the entries (tag, type, offset, count; all big-endian), the data.
 */
export interface RpmHeader {
  readonly text: (tag: number) => string | undefined;
  readonly texts: (tag: number) => readonly string[];
  readonly numbers: (tag: number) => readonly number[];
}

/** Those tags that are read, by their names in rpm. */
export const rpmTags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  size: 1009,
  licence: 1014,
  architecture: 1022,
  sourceRpm: 1044,
  directoryIndexes: 1116,
  baseNames: 1117,
  directoryNames: 1118,
  longSize: 5009,
} as const;

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

const wanted: ReadonlySet<number> = new Set(Object.values(rpmTags));
const entryBytes = 16;
const types = { int32: 4, int64: 5, string: 6, stringArray: 8, i18nString: 9 } as const;

export function parseRpmHeader(bytes: Buffer): RpmHeader {
  const file = new BinaryFile(bytes, 'big');
  const count = file.u32(0);
  const dataStart = 8 + count * entryBytes;
  const data = new BinaryFile(file.slice(dataStart, file.u32(4)), 'big');
  const entries = new Map<number, Entry>();
  for (let index = 0; index < count; index += 1) {
    const at = 8 + index * entryBytes;
    const tag = file.u32(at);
    if (!wanted.has(tag)) continue;
    entries.set(tag, { type: file.u32(at + 4), offset: file.u32(at + 8), count: file.u32(at + 12) });
  }
  return {
    text: (tag) => textsAt(data, entries.get(tag), 1)[0],
    texts: (tag) => textsAt(data, entries.get(tag)),
    numbers: (tag) => numbersAt(data, entries.get(tag)),
  };
}

function textsAt(data: BinaryFile, entry: Entry | undefined, countMax = Infinity): readonly string[] {
  if (entry === undefined) return [];
  const { type } = entry;
  if (type !== types.string && type !== types.stringArray && type !== types.i18nString) return [];
  const rest = data.slice(entry.offset, data.length - entry.offset);
  const texts: string[] = [];
  let at = 0;
  // Each text takes a byte at least, so that a count that lies ends with the data.
  while (texts.length < Math.min(entry.count, countMax)) {
    const end = rest.indexOf(0, at);
    if (end === -1) throw new UnreadableError('a text of a header has no end');
    texts.push(rest.toString('utf8', at, end));
    at = end + 1;
  }
  return texts;
}

function numbersAt(data: BinaryFile, entry: Entry | undefined): readonly number[] {
  if (entry === undefined) return [];
  const { type, offset, count } = entry;
  if (type !== types.int32 && type !== types.int64) return [];
  const width = type === types.int32 ? 4 : 8;
  const piece = new BinaryFile(data.slice(offset, count * width), 'big');
  return Array.from({ length: count }, (_, index) =>
    width === 4 ? piece.u32(index * 4) : piece.u64(index * 8),
  );
}
