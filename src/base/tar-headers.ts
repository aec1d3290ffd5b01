import type { ByteSource } from './byte-source.ts';
import { limits } from './limits.ts';
import { parsePaxRecords, refusedGlobalKeys, type PaxRecords } from './tar-pax.ts';
import { isSparse, readSparse, sparseKeyOf, type SparseFile } from './tar-sparse.ts';
import { tarBlockBytes, tarChecksum, tarFields, tarKinds, tarPadding, type TarKind } from './tar.ts';

/** What stands before the content of a member, extended headers worked in; names are still bytes. */
export interface TarHeader {
  readonly name: Uint8Array;
  readonly kind: TarKind;
  readonly linkName: Uint8Array;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  /** Stored, without a map that stands before it. */
  readonly size: number;
  /** Undefined: the file has no holes. */
  readonly sparse: SparseFile | undefined;
  /** `major:minor`; empty for what is no device. */
  readonly device: string;
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
}

type Field = keyof typeof tarFields;

/** Extended headers that were seen before the member that they belong to. */
interface Extended {
  readonly pax?: PaxRecords;
  readonly longName?: Uint8Array;
  readonly longLink?: Uint8Array;
}

export class TarHeaders {
  readonly #bytes: ByteSource;
  readonly #refuse: (why: string) => Error;

  readonly #takesSparse: boolean;

  constructor(bytes: ByteSource, refuse: (why: string) => Error, takesSparse = false) {
    this.#bytes = bytes;
    this.#refuse = refuse;
    this.#takesSparse = takesSparse;
  }

  /** The next member's header; undefined at the end marker. */
  async next(): Promise<TarHeader | undefined> {
    let extended: Extended = {};
    for (;;) {
      const block = await this.#block();
      if (block === undefined) {
        if (Object.keys(extended).length > 0)
          throw this.#refuse('an extended header stands before no member');
        return undefined;
      }
      const type = String.fromCharCode(block[tarFields.type[0]] ?? 0);
      if (type !== 'x' && type !== 'g' && type !== 'L' && type !== 'K')
        return this.#member(block, type, extended);
      const body = await this.#extendedBody(block);
      if (type === 'g') this.#checkGlobal(body);
      else extended = this.#extend(extended, type, body);
    }
  }

  async #block(): Promise<Buffer | undefined> {
    const block = await this.#bytes.take(tarBlockBytes);
    if (block.length < tarBlockBytes) throw this.#refuse('it ends without an end marker');
    if (block.every((byte) => byte === 0)) return undefined;
    const claimed = this.#number(block, 'checksum');
    if (claimed !== tarChecksum(block)) throw this.#refuse('a header has a wrong checksum');
    return block;
  }

  async #extendedBody(block: Buffer): Promise<Buffer> {
    const size = this.#number(block, 'size');
    if (size > limits.archiveHeaderBytesMax) {
      throw this.#refuse(`an extended header is larger than ${limits.archiveHeaderBytesMax} bytes`);
    }
    const padded = size + tarPadding(size);
    const body = await this.#bytes.take(padded);
    if (body.length < padded) throw this.#refuse('it ends within an extended header');
    return body.subarray(0, size);
  }

  /** Global headers are applied by POSIX and ignored by Go: only those that change nothing are let through. */
  #checkGlobal(body: Buffer): void {
    const pax = parsePaxRecords(body, this.#refuse);
    const key =
      refusedGlobalKeys.find((each) => pax.values.has(each)) ?? sparseKeyOf(pax) ?? [...pax.xattrs.keys()][0];
    if (key !== undefined) throw this.#refuse(`a global header sets ${key}`);
  }

  #extend(extended: Extended, type: 'x' | 'L' | 'K', body: Buffer): Extended {
    const key = ({ x: 'pax', L: 'longName', K: 'longLink' } as const)[type];
    if (extended[key] !== undefined)
      throw this.#refuse(`two extended headers of type ${type} stand before one member`);
    return { ...extended, [key]: type === 'x' ? parsePaxRecords(body, this.#refuse) : untilNul(body) };
  }

  async #member(block: Buffer, type: string, extended: Extended): Promise<TarHeader> {
    const pax = extended.pax?.values;
    const sparse = await this.#sparse(block, type, extended.pax);
    // The name in the header is one that old programs can write the raw parts to.
    const path = pax?.get('GNU.sparse.name') ?? pax?.get('path');
    const name = this.#name(block, path, extended.longName, 'name');
    const linkName = this.#name(block, pax?.get('linkpath'), extended.longLink, 'linkName');
    // Archives from before POSIX have no type for directories.
    const kind = type === '\0' && name.at(-1) === slash ? 'directory' : kindOf(type);
    const isLink = kind === 'link' || kind === 'hard-link';
    const holdsContent = kind === 'file' || kind === 'other';
    const size = this.#paxNumber(pax, 'size') ?? this.#number(block, 'size');
    if (name.length === 0) throw this.#refuse('a member has no name');
    return {
      name,
      kind,
      linkName: isLink ? linkName : new Uint8Array(),
      mode: this.#number(block, 'mode') % 0o10000,
      uid: this.#paxNumber(pax, 'uid') ?? this.#number(block, 'uid'),
      gid: this.#paxNumber(pax, 'gid') ?? this.#number(block, 'gid'),
      mtime: this.#paxTime(pax) ?? this.#number(block, 'mtime', -Number.MAX_SAFE_INTEGER),
      size: holdsContent ? size - (sparse?.mapBytes ?? 0) : 0,
      sparse,
      device: this.#device(block, kind),
      xattrs: extended.pax?.xattrs ?? new Map(),
    };
  }

  async #sparse(block: Buffer, type: string, pax: PaxRecords | undefined): Promise<SparseFile | undefined> {
    if (!isSparse(type, pax)) return undefined;
    if (!this.#takesSparse || (type !== 'S' && type !== '0')) throw this.#refuse('it holds a sparse file');
    return readSparse({
      type,
      block,
      pax,
      stored: this.#paxNumber(pax?.values, 'size') ?? this.#number(block, 'size'),
      bytes: this.#bytes,
      refuse: this.#refuse,
      number: numberOf,
    });
  }

  #device(block: Buffer, kind: TarKind): string {
    if (kind !== 'character-device' && kind !== 'block-device') return '';
    return `${this.#number(block, 'deviceMajor')}:${this.#number(block, 'deviceMinor')}`;
  }

  #name(
    block: Buffer,
    pax: Uint8Array | undefined,
    long: Uint8Array | undefined,
    field: 'name' | 'linkName',
  ): Uint8Array {
    if (pax !== undefined && long !== undefined) throw this.#refuse('a member has two long names');
    const extended = pax ?? long;
    if (extended?.length === 0) throw this.#refuse('an extended header holds an empty name');
    const name = extended ?? this.#shortName(block, field);
    if (name.length > limits.archiveNameBytesMax) {
      throw this.#refuse(`a name is longer than ${limits.archiveNameBytesMax} bytes`);
    }
    if (name.includes(0)) throw this.#refuse('a name holds a NUL byte');
    return name;
  }

  #shortName(block: Buffer, field: 'name' | 'linkName'): Uint8Array {
    const name = untilNul(bytesOf(block, field));
    if (field === 'linkName') return name;
    // GNU (`ustar  `) keeps other things where POSIX has the prefix.
    if (bytesOf(block, 'magic').toString('latin1', 0, 6) !== 'ustar\0') return name;
    const prefix = untilNul(bytesOf(block, 'prefix'));
    return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.of(slash), name]);
  }

  /** Octal digits, or big-endian binary where the first bit is set (GNU's and star's way with large numbers). */
  #number(block: Buffer, field: Field, min = 0): number {
    const bytes = bytesOf(block, field);
    const value = numberOf(bytes);
    if (value === undefined || value < min || !Number.isSafeInteger(value)) {
      throw this.#refuse(`the ${field} of a header is not a number that makes sense`);
    }
    return value;
  }

  #paxNumber(pax: PaxRecords['values'] | undefined, key: 'size' | 'uid' | 'gid'): number | undefined {
    const text = pax?.get(key);
    if (text === undefined) return undefined;
    const value = /^[0-9]{1,16}$/.test(text.toString('latin1')) ? Number(text.toString('latin1')) : undefined;
    if (value === undefined || !Number.isSafeInteger(value))
      throw this.#refuse(`the ${key} of a pax header is no number`);
    return value;
  }

  #paxTime(pax: PaxRecords['values'] | undefined): number | undefined {
    const text = pax?.get('mtime')?.toString('latin1');
    if (text === undefined) return undefined;
    if (!/^-?[0-9]{1,15}(?:\.[0-9]{0,30})?$/.test(text))
      throw this.#refuse('the mtime of a pax header is no time');
    return Number(text);
  }
}

const slash = 0x2f;

function bytesOf(block: Buffer, field: Field): Buffer {
  const [start, length] = tarFields[field];
  return block.subarray(start, start + length);
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

/** GNU's own type for files with holes is a file. */
function kindOf(type: string): TarKind {
  return type === 'S' ? 'file' : (tarKinds.get(type) ?? 'other');
}

function numberOf(bytes: Buffer): number | undefined {
  return (bytes[0] ?? 0) >= 0x80 ? binaryNumber(bytes) : octalNumber(bytes);
}

function octalNumber(bytes: Buffer): number | undefined {
  const digits = /^ *([0-7]*)[ \0]*$/.exec(bytes.toString('latin1'))?.[1];
  if (digits === undefined) return undefined;
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function binaryNumber(bytes: Buffer): number {
  // 0x80 marks a positive number, 0xff a negative one in two's complement.
  const negative = bytes[0] === 0xff;
  let value = negative ? -1 : (bytes[0] ?? 0) & 0x7f;
  for (const byte of bytes.subarray(1)) value = value * 256 + byte;
  return value;
}
