import { BinaryFile } from './binary-file.ts';
import { UnreadableError } from './facts-reader.ts';

const magic = 0x0006_1561;
const pageTypes = { hashUnsorted: 2, overflow: 7, hash: 13 } as const;
const itemTypes = { inline: 1, offPage: 3 } as const;
const pageHeaderBytes = 26;

export function isBdb(bytes: Buffer): boolean {
  return bytes.length >= 16 && (bytes.readUInt32LE(12) === magic || bytes.readUInt32BE(12) === magic);
}

/**
 * The values in `Packages` of rpm before 4.16: a Berkeley DB hash (`dbinc/db_page.h`), in the byte order of the
 * machine that wrote it. All its pages are walked; which bucket a key is in does not matter for reading everything.
 */
export function* bdbHeaders(bytes: Buffer): Generator<Buffer, void, undefined> {
  const order = bytes.readUInt32LE(12) === magic ? 'little' : 'big';
  const file = new BinaryFile(bytes, order);
  const pageBytes = file.u32(20);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) {
    throw new UnreadableError('its page size is none');
  }
  // An overflow page belongs to one value; a second one that leads there would make time grow with the square.
  const used = new Set<number>();
  for (let start = pageBytes; start + pageBytes <= file.length; start += pageBytes) {
    const type = file.u8(start + 25);
    if (type !== pageTypes.hash && type !== pageTypes.hashUnsorted) continue;
    const page = new BinaryFile(file.slice(start, pageBytes), order);
    for (const item of valuesOf(page)) {
      const value = valueAt(file, { page, item, pageBytes, used });
      // The key 0 holds a counter.
      if (value !== undefined && value.length > 16) yield value;
    }
  }
}

/** Keys and values alternate. */
function* valuesOf(page: BinaryFile): Generator<number, void, undefined> {
  const items = page.u16(20);
  for (let index = 1; index < items; index += 2) yield page.u16(pageHeaderBytes + index * 2);
}

interface ValuePlace {
  readonly page: BinaryFile;
  readonly item: number;
  readonly pageBytes: number;
  readonly used: Set<number>;
}

function valueAt(file: BinaryFile, { page, item, pageBytes, used }: ValuePlace): Buffer | undefined {
  const type = page.u8(item);
  if (type !== itemTypes.offPage) return undefined;
  const bytes = page.u32(item + 8);
  const pieces: Buffer[] = [];
  let missing = bytes;
  for (let number = page.u32(item + 4); number !== 0 && missing > 0;) {
    const start = number * pageBytes;
    if (used.has(number)) throw new UnreadableError('two of its values share a page');
    used.add(number);
    if (file.u8(start + 25) !== pageTypes.overflow)
      throw new UnreadableError('a value leads to no page of values');
    const held = file.u16(start + 22);
    if (held > pageBytes - pageHeaderBytes) throw new UnreadableError('a page holds more than it can');
    pieces.push(file.slice(start + pageHeaderBytes, held));
    missing -= held;
    number = file.u32(start + 16);
  }
  if (missing !== 0) throw new UnreadableError('a value is not as long as it says');
  return Buffer.concat(pieces);
}
