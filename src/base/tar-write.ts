import { isUtf8 } from 'node:buffer';
import { Failure } from './failure.ts';
import { encodeFileName } from './file-name.ts';
import { invariant } from './invariant.ts';
import { formatPaxRecord } from './tar-pax.ts';
import { tarBlockBytes, tarChecksum, tarFields, tarPadding } from './tar.ts';

interface TarMemberHead {
  /** By {@link encodeFileName}; without a slash at the end. */
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
}

/** What to put into an archive. */
export type TarMember =
  | (TarMemberHead & {
      readonly kind: 'file';
      readonly size: number;
      readonly content: AsyncIterable<Uint8Array>;
    })
  | (TarMemberHead & { readonly kind: 'directory' })
  | (TarMemberHead & { readonly kind: 'link'; readonly linkName: string });

/**
 * Writes an archive in the POSIX format, in chunks of a size that pipes like. The same members give the same bytes.
 * @throws Failure `content-mismatch` when a file turns out to be longer or shorter than it was said to be
 */
export async function* writeTar(
  members: AsyncIterable<TarMember> | Iterable<TarMember>,
): AsyncGenerator<Buffer, void, undefined> {
  const pending = new Pending();
  for await (const member of members) {
    yield* pending.add(headerOf(member));
    if (member.kind !== 'file') continue;
    let bytes = 0;
    for await (const chunk of member.content) {
      bytes += chunk.length;
      if (bytes > member.size) break;
      yield* pending.add(chunk);
    }
    if (bytes !== member.size) throw changed(member.name, member.size);
    yield* pending.add(zeros.subarray(0, tarPadding(member.size)));
  }
  yield* pending.add(zeros);
  yield* pending.flush();
}

const zeros = Buffer.alloc(2 * tarBlockBytes);
const chunkBytes = 256 * 1024;

/** Gathers small pieces, so that thousands of small files do not become thousands of writes. */
class Pending {
  #buffer = Buffer.allocUnsafe(chunkBytes);
  #length = 0;

  *add(piece: Uint8Array): Generator<Buffer> {
    if (this.#length + piece.length > chunkBytes) yield* this.flush();
    if (piece.length >= chunkBytes) {
      yield Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      return;
    }
    this.#buffer.set(piece, this.#length);
    this.#length += piece.length;
  }

  *flush(): Generator<Buffer> {
    if (this.#length === 0) return;
    yield this.#buffer.subarray(0, this.#length);
    this.#buffer = Buffer.allocUnsafe(chunkBytes);
    this.#length = 0;
  }
}

function headerOf(member: TarMember): Buffer {
  const name = encodeFileName(member.kind === 'directory' ? `${member.name}/` : member.name);
  const linkName = encodeFileName(member.kind === 'link' ? member.linkName : '');
  invariant(!name.includes(0) && !linkName.includes(0), 'a name in an archive holds no NUL');
  const size = member.kind === 'file' ? member.size : 0;
  const type = ({ file: '0', directory: '5', link: '2' } as const)[member.kind];
  const fields = { ...member, size };
  const pax = paxOf(name, linkName, fields);
  const header = plainHeader(type, name, linkName, fields);
  if (pax.length === 0) return header;
  const body = Buffer.concat(pax);
  const extended = plainHeader('x', Buffer.from('pax'), Buffer.alloc(0), {
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 0,
    size: body.length,
  });
  return Buffer.concat([extended, body, zeros.subarray(0, tarPadding(body.length)), header]);
}

interface NumberFields {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly size: number;
}

/** Records for what the plain header has no room for. */
function paxOf(name: Buffer, linkName: Buffer, fields: NumberFields): readonly Buffer[] {
  const records: Buffer[] = [];
  const long = [
    ...(name.length > tarFields.name[1] ? [['path', name] as const] : []),
    ...(linkName.length > tarFields.linkName[1] ? [['linkpath', linkName] as const] : []),
  ];
  // Records are UTF-8 unless the header says that they are not.
  if (long.some(([, value]) => !isUtf8(value)))
    records.push(formatPaxRecord('hdrcharset', Buffer.from('BINARY')));
  for (const [key, value] of long) records.push(formatPaxRecord(key, value));
  for (const key of ['uid', 'gid', 'size'] as const) {
    if (fields[key] > octalMax(key)) records.push(formatPaxRecord(key, Buffer.from(String(fields[key]))));
  }
  return records;
}

function plainHeader(type: string, name: Buffer, linkName: Buffer, fields: NumberFields): Buffer {
  const header = Buffer.alloc(tarBlockBytes);
  header.set(name.subarray(0, tarFields.name[1]), tarFields.name[0]);
  header.set(linkName.subarray(0, tarFields.linkName[1]), tarFields.linkName[0]);
  for (const key of ['mode', 'uid', 'gid', 'size', 'mtime'] as const) {
    invariant(
      Number.isSafeInteger(fields[key]) && fields[key] >= 0,
      `the ${key} of an archive member is a number`,
    );
    writeOctal(header, key, fields[key] > octalMax(key) ? 0 : fields[key]);
  }
  header.write(type, tarFields.type[0], 'latin1');
  header.write('ustar\x0000', tarFields.magic[0], 'latin1');
  header.write(`${tarChecksum(header).toString(8).padStart(6, '0')}\0 `, tarFields.checksum[0], 'latin1');
  return header;
}

function octalMax(key: keyof NumberFields): number {
  return 8 ** (tarFields[key][1] - 1) - 1;
}

function writeOctal(header: Buffer, key: keyof NumberFields, value: number): void {
  const [start, length] = tarFields[key];
  header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, start, 'latin1');
}

function changed(name: string, size: number): Failure {
  return new Failure(
    'content-mismatch',
    `${JSON.stringify(name)} is no longer the file of ${size} bytes that it was`,
    {
      hint: 'Something writes to the source while it is read; run again when it is at rest.',
    },
  );
}
