import { inflateRawSync } from 'node:zlib';
import { BinaryFile } from './binary-file.ts';
import { UnreadableError } from './facts-reader.ts';

/** A member as the central directory of a zip file tells it (APPNOTE.TXT 4.3.12). */
export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** Where the member's own header begins. */
  readonly at: number;
}

const signatures = {
  local: 0x0403_4b50,
  central: 0x0201_4b50,
  end: 0x0605_4b50,
  end64: 0x0606_4b50,
  locator64: 0x0706_4b50,
} as const;
const endBytes = 22;
const commentBytesMax = 0xffff;
const encrypted = 1;

/** All members, in the order of the central directory, which is at the end: only what it names is in the archive. */
export function* zipMembers(bytes: Buffer): Generator<ZipMember, void, undefined> {
  const file = new BinaryFile(bytes, 'little');
  const { shift, at: start, bytes: directoryBytes } = findDirectory(bytes, file);
  const end = start + directoryBytes;
  for (let at = start; at < end;) {
    if (file.u32(at) !== signatures.central) throw new UnreadableError('its list of members is broken');
    const [nameBytes, extraBytes, commentBytes] = [file.u16(at + 28), file.u16(at + 30), file.u16(at + 32)];
    const name = file.slice(at + 46, nameBytes).toString('utf8');
    const wide = wideFields(file, { at, extraAt: at + 46 + nameBytes, extraBytes });
    if ((file.u16(at + 8) & encrypted) === 0) {
      yield { name, method: file.u16(at + 10), ...wide, at: wide.at + shift };
    }
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
}

/** The content of a member of at most `bytesMax` bytes; a view where it is stored as it is. */
export function unzip(bytes: Buffer, member: ZipMember, bytesMax: number): Buffer {
  const file = new BinaryFile(bytes, 'little');
  const { at, method, packedBytes, unpackedBytes } = member;
  if (file.u32(at) !== signatures.local) throw new UnreadableError('a member is not where the list says');
  const packed = file.slice(at + 30 + file.u16(at + 26) + file.u16(at + 28), packedBytes);
  if (unpackedBytes > bytesMax) throw new UnreadableError('a member is larger than what is unpacked');
  if (method !== 0 && method !== 8) throw new UnreadableError(`a member is packed by method ${method}`);
  const content = method === 0 ? packed : inflate(packed, unpackedBytes);
  if (content?.length !== unpackedBytes)
    throw new UnreadableError('a member does not unpack to what the list says');
  return content;
}

/** Undefined where it is broken, or unpacks to more. */
function inflate(packed: Buffer, bytesMax: number): Buffer | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytesMax) });
  } catch {
    return undefined;
  }
}

interface Directory {
  readonly at: number;
  readonly bytes: number;
  /** Bytes before the archive, such as the shell script of a jar that can be executed; offsets do not count them. */
  readonly shift: number;
}

function findDirectory(bytes: Buffer, file: BinaryFile): Directory {
  const from = Math.max(0, bytes.length - endBytes - commentBytesMax);
  const tail = bytes.subarray(from);
  const mark = Buffer.from('PK\u0005\u0006', 'latin1');
  for (
    let found = tail.lastIndexOf(mark);
    found !== -1;
    found = found === 0 ? -1 : tail.lastIndexOf(mark, found - 1)
  ) {
    const at = from + found;
    // The bytes may stand in the comment too; the true one is followed by exactly the comment.
    if (at + endBytes > bytes.length || at + endBytes + file.u16(at + 20) !== bytes.length) continue;
    return directoryBefore(file, at);
  }
  throw new UnreadableError('it is no zip archive, or a part of one');
}

function directoryBefore(file: BinaryFile, endAt: number): Directory {
  const plain = { bytes: file.u32(endAt + 12), offset: file.u32(endAt + 16) };
  const isWide = endAt >= 20 && file.u32(endAt - 20) === signatures.locator64;
  const wideAt = isWide ? file.u64(endAt - 12) : 0;
  const wide =
    isWide && file.u32(wideAt) === signatures.end64
      ? { bytes: file.u64(wideAt + 40), offset: file.u64(wideAt + 48), end: wideAt }
      : { ...plain, end: endAt };
  const at = wide.end - wide.bytes;
  if (at < 0 || at < wide.offset) throw new UnreadableError('it is a part of an archive');
  return { at, bytes: wide.bytes, shift: at - wide.offset };
}

/** Sizes and place; where one is 2³² − 1 it stands in the zip64 field, in this order, and only then. */
function wideFields(
  file: BinaryFile,
  { at, extraAt, extraBytes }: { readonly at: number; readonly extraAt: number; readonly extraBytes: number },
): Pick<ZipMember, 'unpackedBytes' | 'packedBytes' | 'at'> {
  const [packed, unpacked, place] = [file.u32(at + 20), file.u32(at + 24), file.u32(at + 42)];
  let wideAt =
    packed === 0xffff_ffff || unpacked === 0xffff_ffff || place === 0xffff_ffff
      ? findExtra(file, extraAt, extraBytes)
      : 0;
  const widened = (value: number): number => {
    if (value !== 0xffff_ffff || wideAt === 0) return value;
    wideAt += 8;
    return file.u64(wideAt - 8);
  };
  const unpackedBytes = widened(unpacked);
  const packedBytes = widened(packed);
  return { unpackedBytes, packedBytes, at: widened(place) };
}

function findExtra(file: BinaryFile, start: number, bytes: number): number {
  for (let at = start; at + 4 <= start + bytes; at += 4 + file.u16(at + 2)) {
    if (file.u16(at) === 1) return at + 4;
  }
  return 0;
}
