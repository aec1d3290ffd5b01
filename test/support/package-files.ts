import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { crc32, deflateRawSync } from 'node:zlib';

/** Files of package managers, as small as they can be, made here so that none has to be kept. */

export interface ZipOptions {
  readonly stored?: boolean;
  /** Before the archive, as in jars that can be executed. */
  readonly prefix?: string;
  readonly comment?: string;
}

export function zip(
  members: Readonly<Record<string, string | Buffer>>,
  { stored = false, prefix = '', comment = '' }: ZipOptions = {},
): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(members)) {
    const plain = Buffer.from(content);
    const packed = stored ? plain : deflateRawSync(plain);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(plain.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\0'), common, rest, Buffer.from(name)]));
    bodies.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([Buffer.from(prefix), ...bodies, listed, end, Buffer.from(comment)]);
}

export type RpmFields = Readonly<Record<number, string | number | readonly string[] | readonly number[]>>;

export function rpmHeader(fields: RpmFields): Buffer {
  const entries: Buffer[] = [];
  const pieces: Buffer[] = [];
  let at = 0;
  const put = (tag: number, type: number, { count, bytes }: { count: number; bytes: Buffer }): void => {
    entries.push(u32be(tag, type, at, count));
    pieces.push(bytes);
    at += bytes.length;
  };
  for (const [tag, value] of Object.entries(fields)) {
    if (typeof value === 'string') put(Number(tag), 6, { count: 1, bytes: Buffer.from(`${value}\0`) });
    else if (typeof value === 'number') put(Number(tag), 4, { count: 1, bytes: u32be(value) });
    else {
      const numbers = value.filter((each) => typeof each === 'number');
      const texts = value.filter((each) => typeof each === 'string');
      const bytes =
        numbers.length > 0 ? u32be(...numbers) : Buffer.from(texts.map((text) => `${text}\0`).join(''));
      put(Number(tag), numbers.length > 0 ? 4 : 8, { count: value.length, bytes });
    }
  }
  return Buffer.concat([u32be(entries.length, at), ...entries, ...pieces]);
}

export function rpmSqlite(headers: readonly Buffer[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'lockkeeper-rpm-'));
  try {
    const file = join(folder, 'rpmdb.sqlite');
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE Name (key BLOB, hnum INTEGER, idx INTEGER)');
    database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)');
    const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
    for (const header of headers) insert.run(header);
    database.close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function rpmNdb(headers: readonly Buffer[]): Buffer {
  const slots = [Buffer.from('RpmP'), u32le(0, 1, 1, headers.length + 1, 0, 0, 0)];
  const blobs: Buffer[] = [];
  let at = 4096;
  for (const [index, header] of headers.entries()) {
    const blob = padTo(Buffer.concat([Buffer.from('BlbS'), u32le(index + 1, 1, header.length), header]), 16);
    slots.push(Buffer.from('Slot'), u32le(index + 1, at / 16, blob.length / 16));
    blobs.push(blob);
    at += blob.length;
  }
  while (Buffer.concat(slots).length < 4096) slots.push(Buffer.from('Slot'), u32le(0, 0, 0));
  return Buffer.concat([...slots, ...blobs]);
}

/** One page of a hash whose values each lie in pages of their own. */
export function rpmBdb(headers: readonly Buffer[], order: 'little' | 'big' = 'little'): Buffer {
  const pageBytes = 4096;
  const little = order === 'little';
  const file: Buffer[] = [Buffer.alloc(pageBytes), Buffer.alloc(pageBytes)];
  const [meta = Buffer.alloc(0), hash = Buffer.alloc(0)] = file;
  const u32 = (page: Buffer, at: number, value: number): unknown =>
    little ? page.writeUInt32LE(value, at) : page.writeUInt32BE(value, at);
  const u16 = (page: Buffer, at: number, value: number): unknown =>
    little ? page.writeUInt16LE(value, at) : page.writeUInt16BE(value, at);
  u32(meta, 12, 0x0006_1561);
  u32(meta, 20, pageBytes);
  meta[25] = 8;
  hash[25] = 13;
  u16(hash, 20, headers.length * 2);
  let free = pageBytes;
  for (const [index, header] of headers.entries()) {
    free -= 5;
    hash[free] = 1;
    u32(hash, free + 1, index + 1);
    u16(hash, 26 + index * 4, free);
    free -= 12;
    hash[free] = 3;
    u32(hash, free + 4, file.length);
    u32(hash, free + 8, header.length);
    u16(hash, 28 + index * 4, free);
    for (let at = 0; at < header.length; at += pageBytes - 26) {
      const piece = header.subarray(at, at + pageBytes - 26);
      const page = Buffer.alloc(pageBytes);
      page[25] = 7;
      u16(page, 22, piece.length);
      if (at + piece.length < header.length) u32(page, 16, file.length + 1);
      piece.copy(page, 26);
      file.push(page);
    }
  }
  return Buffer.concat(file);
}

const modulesBegin = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex');
const modulesEnd = Buffer.from('f932433186182072008242104116d8f2', 'hex');

export interface GoProgram {
  readonly version: string;
  readonly modules: string;
  /** Read-only bytes before the part that may be written, a multiple of 16. */
  readonly constants?: Buffer;
}

/** What matters of a 64-bit ELF file: one part that is read only, and one that may be written. */
export function goProgram({
  version,
  modules,
  constants = Buffer.alloc(70_000 - (70_000 % 16)),
}: GoProgram): Buffer {
  const head = Buffer.alloc(4096);
  head.write('\u007fELF\u0002\u0001\u0001', 'latin1');
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(2, 56);
  const info = goBuildInfo({ version, modules });
  for (const [index, [flags, at, bytes]] of [
    [5, 0, 4096 + constants.length] as const,
    [6, 4096 + constants.length, info.length] as const,
  ].entries()) {
    head.writeUInt32LE(1, 64 + index * 56);
    head.writeUInt32LE(flags, 68 + index * 56);
    head.writeBigUInt64LE(BigInt(at), 72 + index * 56);
    head.writeBigUInt64LE(BigInt(bytes), 96 + index * 56);
  }
  return Buffer.concat([head, constants, info]);
}

export function goBuildInfo({ version, modules }: GoProgram): Buffer {
  const mark = Buffer.concat([
    Buffer.from('\u00ff Go buildinf:', 'latin1'),
    Buffer.from([8, 2]),
    Buffer.alloc(16),
  ]);
  const framed =
    modules === '' ? Buffer.alloc(0) : Buffer.concat([modulesBegin, Buffer.from(modules), modulesEnd]);
  return Buffer.concat([mark, varint(version.length), Buffer.from(version), varint(framed.length), framed]);
}

/** Go before 1.18: the mark only points elsewhere, and the modules stand among the constants. */
export function olderGoProgram(modules: string): Buffer {
  const framed = padTo(Buffer.concat([modulesBegin, Buffer.from(modules), modulesEnd]), 16);
  const program = goProgram({
    version: 'go1.16',
    modules: '',
    constants: padTo(Buffer.concat([framed, Buffer.alloc(70_000)]), 16),
  });
  const mark = program.lastIndexOf(' Go buildinf:');
  program[mark + 14] = 0;
  return program;
}

function varint(value: number): Buffer {
  return value < 0x80
    ? Buffer.from([value])
    : Buffer.concat([Buffer.from([(value & 0x7f) | 0x80]), varint(value >> 7)]);
}

function u32be(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}

function u32le(...values: readonly number[]): Buffer {
  return Buffer.from(u32be(...values)).swap32();
}

function padTo(bytes: Buffer, unit: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((unit - (bytes.length % unit)) % unit)]);
}
