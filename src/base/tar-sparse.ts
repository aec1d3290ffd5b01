import type { ByteSource } from './byte-source.ts';
import { limits } from './limits.ts';
import type { PaxRecords } from './tar-pax.ts';
import { tarBlockBytes, tarFields } from './tar.ts';

/**
 * Files with holes, in the four ways in which GNU tar writes them (GNU tar manual, "Storing Sparse Files"): `S` members with
 * the map in and behind the header; pax records, 0.0 and 0.1; and pax 1.0 with the map before the content.
 */
export interface SparseFile {
  /** With its holes. */
  readonly size: number;
  /** What is stored, in order; all else is zero bytes. */
  readonly parts: readonly SparsePart[];
  /** What stands before the content and is no part of it, in bytes; whole blocks. */
  readonly mapBytes: number;
}

export interface SparsePart {
  readonly offset: number;
  readonly bytes: number;
}

export interface SparseMember {
  readonly type: string;
  readonly block: Buffer;
  readonly pax: PaxRecords | undefined;
  /** Bytes behind the header, as it says. */
  readonly stored: number;
  /** Stands right behind the header. */
  readonly bytes: ByteSource;
  readonly refuse: (why: string) => Error;
  /** A number of a header, octal or binary. */
  readonly number: (bytes: Buffer) => number | undefined;
}

/** True for what {@link readSparse} has to be asked for. */
export function isSparse(type: string, pax: PaxRecords | undefined): boolean {
  return type === 'S' || (pax !== undefined && sparseKeyOf(pax) !== undefined);
}

/** One of the keys that make a file sparse. */
export function sparseKeyOf({ values, sparse }: PaxRecords): string | undefined {
  return sparse.length > 0 ? 'GNU.sparse.offset' : [...values.keys()].find((key) => key.startsWith(prefix));
}

/**
 * Reads the map of a sparse file, up to its first byte of content. Which records count where several say the same, or one
 * says nothing, is another thing to each reader, and some then take the file for a plain one: only what GNU tar writes is taken.
 * @throws what `refuse` makes, for maps that contradict
 */
export async function readSparse(member: SparseMember): Promise<SparseFile> {
  const { pax, refuse, stored } = member;
  const format = formatOf(member);
  for (const [key, value] of pax?.values ?? [])
    if (key.startsWith(prefix) && (value.length === 0 || !format.keys.includes(key.slice(prefix.length))))
      throw refuse(`a sparse file has a ${JSON.stringify(key.slice(0, 100))} that readers disagree on`);
  if ((pax?.sparse.length ?? 0) > 0 !== format.repeats)
    throw refuse('the map of a sparse file is not where its format has it');
  const { size, numbers, mapBytes } = await format.read(member);
  const parts: SparsePart[] = [];
  let [end, held] = [0, 0];
  for (let at = 0; at < numbers.length; at += 2) {
    const [offset, bytes] = [numbers[at], numbers[at + 1]];
    if (offset === undefined || bytes === undefined || offset < end || offset + bytes > size)
      throw refuse('the map of a sparse file contradicts itself');
    end = offset + bytes;
    held += bytes;
    if (bytes > 0) parts.push({ offset, bytes });
  }
  if (held !== stored - mapBytes) throw refuse('the map of a sparse file is not about what is stored');
  return { size, parts, mapBytes };
}

interface Format {
  /** Of the records that it may have. */
  readonly keys: readonly string[];
  /** Its map is made of two keys that take turns. */
  readonly repeats: boolean;
  readonly read: (member: SparseMember) => SparseMap | Promise<SparseMap>;
}

const prefix = 'GNU.sparse.';
const sized = ['name', 'size', 'numblocks'];
const formats = {
  old: { keys: [], repeats: false, read: oldMap },
  '0.0': { keys: sized, repeats: true, read: recordsMap },
  '0.1': { keys: [...sized, 'map'], repeats: false, read: recordsMap },
  '1.0': { keys: ['name', 'realsize', 'major', 'minor'], repeats: false, read: contentMap },
} as const satisfies Readonly<Record<string, Format>>;

function formatOf({ type, pax }: SparseMember): Format {
  if (type === 'S') return formats.old;
  if (textOf(pax, 'GNU.sparse.major') !== undefined) return formats['1.0'];
  return textOf(pax, 'GNU.sparse.map') === undefined ? formats['0.0'] : formats['0.1'];
}

interface SparseMap {
  readonly size: number;
  /** Offset and bytes of each part in turn. */
  readonly numbers: readonly number[];
  readonly mapBytes: number;
}

const entryBytes = 24;
const inHeader = { at: 386, entries: 4, more: 482, size: 483 } as const;
const gnuMagic = Buffer.from('ustar  \0');
const inBlock = { at: 0, entries: 21, more: 504 } as const;

/** In the header, and in blocks behind it that do not count as content. */
async function oldMap({ block, bytes, number, refuse }: SparseMember): Promise<SparseMap> {
  const numbers: number[] = [];
  const take = (from: Buffer, { at, entries }: { readonly at: number; readonly entries: number }): void => {
    for (let entry = 0; entry < entries; entry += 1) {
      const start = at + entry * entryBytes;
      // One reader sees the end of the map where an offset is empty, another one where a length is.
      if (from[start] === 0 || from[start + 12] === 0) {
        if (from.subarray(start, at + entries * entryBytes).some((byte) => byte !== 0))
          throw refuse('the map of a sparse file ends within');
        return;
      }
      const pair = [start, start + 12].map((field) => number(from.subarray(field, field + 12)));
      for (const each of pair) numbers.push(checked(each, refuse));
    }
    checkCount(numbers.length / 2, refuse);
  };
  const [magicAt, magicBytes] = tarFields.magic;
  if (!block.subarray(magicAt, magicAt + magicBytes).equals(gnuMagic))
    throw refuse('a sparse file is not of GNU tar');
  take(block, inHeader);
  let more = block[inHeader.more] !== 0;
  while (more) {
    const next = await bytes.take(tarBlockBytes);
    if (next.length < tarBlockBytes) throw refuse('it ends within the map of a sparse file');
    take(next, inBlock);
    more = next[inBlock.more] !== 0;
    checkCount(numbers.length / 2, refuse);
  }
  const size = checked(number(block.subarray(inHeader.size, inHeader.size + 12)), refuse);
  return { size, numbers, mapBytes: 0 };
}

/** 0.0 repeats two keys, 0.1 has one list. */
function recordsMap({ pax, refuse }: SparseMember): SparseMap {
  const list = textOf(pax, 'GNU.sparse.map');
  const texts = list === undefined ? (pax?.sparse ?? []) : list.split(',');
  checkCount(texts.length / 2, refuse);
  const count = decimal(textOf(pax, 'GNU.sparse.numblocks'), refuse);
  if (texts.length !== 2 * count) throw refuse('the map of a sparse file is not as long as it says');
  return {
    size: decimal(textOf(pax, 'GNU.sparse.size'), refuse),
    numbers: texts.map((text) => decimal(text, refuse)),
    mapBytes: 0,
  };
}

/** 1.0: lines of digits before the content, filled up to a whole block. */
async function contentMap({ pax, bytes, stored, refuse }: SparseMember): Promise<SparseMap> {
  const [major, minor] = [textOf(pax, 'GNU.sparse.major'), textOf(pax, 'GNU.sparse.minor')];
  if (major !== '1' || minor !== '0') throw refuse('a sparse file is of a version that nobody knows');
  const lines: string[] = [];
  let rest = '';
  let mapBytes = 0;
  for (let wanted = 1; lines.length < wanted;) {
    if (mapBytes >= stored) throw refuse('the map of a sparse file is longer than the file');
    const block = await bytes.take(tarBlockBytes);
    if (block.length < tarBlockBytes) throw refuse('it ends within the map of a sparse file');
    mapBytes += tarBlockBytes;
    const pieces = (rest + block.toString('latin1')).split('\n');
    rest = pieces.pop() ?? '';
    lines.push(...pieces);
    const count = lines[0] === undefined ? 0 : decimal(lines[0], refuse);
    checkCount(count, refuse);
    wanted = 1 + 2 * count;
    // No number is that long: what has no end of line is no map.
    if (lines.length < wanted && rest.length > tarBlockBytes)
      throw refuse('the map of a sparse file is no map');
  }
  const count = decimal(lines[0], refuse);
  const numbers = lines.slice(1, 1 + 2 * count).map((line) => decimal(line, refuse));
  return { size: decimal(textOf(pax, 'GNU.sparse.realsize'), refuse), numbers, mapBytes };
}

function textOf(pax: PaxRecords | undefined, key: string): string | undefined {
  return pax?.values.get(key)?.toString('latin1');
}

function decimal(text: string | undefined, refuse: SparseMember['refuse']): number {
  return checked(text !== undefined && /^[0-9]{1,16}$/.test(text) ? Number(text) : undefined, refuse);
}

function checked(value: number | undefined, refuse: SparseMember['refuse']): number {
  if (value !== undefined && value >= 0 && Number.isSafeInteger(value)) return value;
  throw refuse('the map of a sparse file holds what is no number');
}

function checkCount(parts: number, refuse: SparseMember['refuse']): void {
  if (parts > limits.sparsePartsMax)
    throw refuse(`a sparse file has more than ${limits.sparsePartsMax} parts`);
}
