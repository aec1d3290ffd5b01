/** The records of a pax extended header: `length key=value\n`, again and again (POSIX pax, "Extended Header"). */
export interface PaxRecords {
  readonly values: ReadonlyMap<string, Buffer>;
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
  /** Offsets and lengths of a sparse file in turn, the one thing that GNU tar says by repeating keys (format 0.0). */
  readonly sparse: readonly string[];
}

const sparseKeys = ['GNU.sparse.offset', 'GNU.sparse.numbytes'] as const;

/** Keys that change what an archive holds; in a global header readers disagree on them. */
export const refusedGlobalKeys: readonly string[] = ['path', 'linkpath', 'size', 'uid', 'gid', 'hdrcharset'];

/** As Go reads them; libarchive writes its own spelling beside this one. */
const xattrPrefix = 'SCHILY.xattr.';

export function parsePaxRecords(body: Buffer, refuse: (why: string) => Error): PaxRecords {
  const values = new Map<string, Buffer>();
  const xattrs = new Map<string, Uint8Array>();
  const sparse: string[] = [];
  let at = 0;
  while (at < body.length) {
    const record = recordAt(body, at);
    if (record === undefined) throw refuse('a pax header is malformed');
    const { key, value, end } = record;
    at = end;
    if (key === sparseKeys[0] || key === sparseKeys[1]) {
      if (key !== sparseKeys[sparse.length % 2]) throw refuse('the map of a sparse file is out of order');
      sparse.push(value.toString('latin1'));
      continue;
    }
    const isXattr = key.startsWith(xattrPrefix);
    const name = isXattr ? key.slice(xattrPrefix.length) : key;
    if ((isXattr ? xattrs : values).has(name)) {
      throw refuse(`a pax header sets ${JSON.stringify(key.slice(0, 100))} twice`);
    }
    if (isXattr) xattrs.set(name, value);
    else values.set(name, value);
  }
  return { values, xattrs, sparse };
}

/** One record, with its own length in front, as decimal digits that count themselves. */
export function formatPaxRecord(key: string, value: Uint8Array): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`, 'utf8'), value, Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

interface PaxRecord {
  readonly key: string;
  readonly value: Buffer;
  readonly end: number;
}

function recordAt(body: Buffer, at: number): PaxRecord | undefined {
  // No record of a bounded header needs more than 9 digits.
  const digits = /^([1-9][0-9]{0,8}) /.exec(body.toString('latin1', at, at + 11))?.[1];
  if (digits === undefined) return undefined;
  const end = at + Number(digits);
  const start = at + digits.length + 1;
  if (end > body.length || end <= start || body[end - 1] !== 0x0a) return undefined;
  const equals = body.indexOf(0x3d, start);
  if (equals <= start || equals >= end) return undefined;
  return { key: body.toString('utf8', start, equals), value: body.subarray(equals + 1, end - 1), end };
}
