import { BinaryFile } from './binary-file.ts';
import { UnreadableError } from './facts-reader.ts';

/** A value of a row; texts and numbers beyond what is needed here are left as bytes. */
export type SqliteValue = number | Buffer | undefined;

interface Tree {
  readonly file: BinaryFile;
  readonly pageBytes: number;
  readonly usableBytes: number;
  /** Each page is visited once; a file that leads back into itself is broken. */
  readonly visited: Set<number>;
  /** Bytes of rows that are still believed: rows do not overlap, so that all of them are no more than the file. */
  left: number;
}

export function isSqlite(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 16) === 'SQLite format 3\0';
}

/**
 * The rows of one table in the order of their row ids (https://www.sqlite.org/fileformat.html). What stands in a
 * write-ahead log beside the file is not seen.
 */
export function* rowsOfTable(
  bytes: Buffer,
  table: string,
): Generator<readonly SqliteValue[], void, undefined> {
  const file = new BinaryFile(bytes, 'big');
  const written = file.u16(16);
  const pageBytes = written === 1 ? 65_536 : written;
  const tree: Tree = {
    file,
    pageBytes,
    usableBytes: pageBytes - file.u8(20),
    visited: new Set(),
    left: bytes.length,
  };
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || tree.usableBytes < 480) {
    throw new UnreadableError('its page size is none');
  }
  let root: number | undefined;
  // sqlite_schema: type, name, tbl_name, rootpage, sql.
  for (const [type, name, , page] of rowsBelow(tree, 1)) {
    if (isText(type, 'table') && isText(name, table) && typeof page === 'number') root = page;
  }
  if (root === undefined) throw new UnreadableError(`it has no table ${table}`);
  yield* rowsBelow(tree, root);
}

function isText(value: SqliteValue, text: string): boolean {
  return Buffer.isBuffer(value) && value.toString('utf8') === text;
}

const pageTypes = { interior: 5, leaf: 13 } as const;

function* rowsBelow(tree: Tree, root: number): Generator<readonly SqliteValue[], void, undefined> {
  const open = [root];
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    visit(tree, number);
    const page = new BinaryFile(tree.file.slice((number - 1) * tree.pageBytes, tree.pageBytes), 'big');
    const header = number === 1 ? 100 : 0;
    const type = page.u8(header);
    const cells = page.u16(header + 3);
    if (type === pageTypes.leaf) {
      for (let index = 0; index < cells; index += 1) {
        yield recordOf(payloadAt(tree, page, page.u16(header + 8 + index * 2)));
      }
    } else if (type === pageTypes.interior) {
      const children = Array.from({ length: cells }, (_, index) =>
        page.u32(page.u16(header + 12 + index * 2)),
      );
      open.push(page.u32(header + 8), ...children.toReversed());
    } else throw new UnreadableError('a table leads to no page of a table');
  }
}

function visit({ visited }: Tree, number: number): void {
  if (number === 0 || visited.has(number)) throw new UnreadableError('it leads back into itself');
  visited.add(number);
}

function payloadAt(tree: Tree, page: BinaryFile, at: number): Buffer {
  const [bytes, afterBytes] = varint(page, at);
  const [, start] = varint(page, afterBytes);
  tree.left -= bytes;
  if (tree.left < 0) throw new UnreadableError('its rows are longer than the file');
  const { usableBytes } = tree;
  const localMax = usableBytes - 35;
  if (bytes <= localMax) return page.slice(start, bytes);
  const localMin = Math.floor(((usableBytes - 12) * 32) / 255) - 23;
  const spread = localMin + ((bytes - localMin) % (usableBytes - 4));
  const local = spread <= localMax ? spread : localMin;
  const pieces = [page.slice(start, local)];
  let missing = bytes - local;
  let number = page.u32(start + local);
  while (missing > 0) {
    visit(tree, number);
    const offset = (number - 1) * tree.pageBytes;
    const piece = tree.file.slice(offset + 4, Math.min(missing, usableBytes - 4));
    pieces.push(piece);
    missing -= piece.length;
    number = tree.file.u32(offset);
  }
  return Buffer.concat(pieces);
}

/** A row: the length of its header, the kind of each value, the values. */
function recordOf(payload: Buffer): readonly SqliteValue[] {
  const record = new BinaryFile(payload, 'big');
  const [headerBytes, first] = varint(record, 0);
  const values: SqliteValue[] = [];
  let valueAt = headerBytes;
  for (let at = first; at < headerBytes;) {
    const [kind, next] = varint(record, at);
    const bytes = sizeOfKind(kind);
    values.push(valueOf(record, { kind, at: valueAt, bytes }));
    valueAt += bytes;
    at = next;
  }
  return values;
}

const integerBytes = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];

function sizeOfKind(kind: number): number {
  return integerBytes[kind] ?? Math.floor((kind - 12) / 2);
}

function valueOf(
  record: BinaryFile,
  { kind, at, bytes }: { readonly kind: number; readonly at: number; readonly bytes: number },
): SqliteValue {
  if (kind === 8 || kind === 9) return kind - 8;
  const piece = record.slice(at, bytes);
  if (kind >= 12) return piece;
  return kind >= 1 && kind <= 5 ? piece.readIntBE(0, bytes) : undefined;
}

/** One to nine bytes, seven bits in each but the last of nine; returns the number and where it ends. */
function varint(file: BinaryFile, at: number): readonly [value: number, end: number] {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = file.u8(at + index);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + index + 1];
  }
  return [value * 256 + file.u8(at + 8), at + 9];
}
