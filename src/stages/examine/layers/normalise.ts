import { createHash } from 'node:crypto';
import { limits } from '../../../base/limits.ts';
import { unreachable } from '../../../base/invariant.ts';
import { matchesPath } from './path-globs.ts';
import { knownNoise, type NormaliserName } from '../../../model/noise.ts';
import { blankTarTimes } from './tar-times.ts';
import { blankZipTimes } from './zip-times.ts';

/** Hashes a file's content without what is known to differ from build to build. */
export interface Normaliser {
  readonly by: NormaliserName;
  readonly push: (chunk: Uint8Array) => void;
  /** After the last byte; undefined where the content is not what the name promises. */
  readonly end: () => string | undefined;
}

const rules = knownNoise.flatMap(({ paths, covers }) =>
  covers.kind === 'content' ? [{ by: covers.by, matches: matchesPath(paths) }] : [],
);

/** Undefined where no rule is about this file, or it is too large to be held. */
export function normaliserFor(path: string, size: number): Normaliser | undefined {
  if (size === 0 || size > limits.normalisedBytesMax) return undefined;
  const rule = rules.find(({ matches }) => matches(path));
  if (rule === undefined) return undefined;
  const bytes = Buffer.alloc(size);
  let at = 0;
  return {
    by: rule.by,
    push: (chunk) => {
      bytes.set(chunk.subarray(0, size - at), at);
      at += chunk.length;
    },
    end: () => (blank(rule.by, bytes) ? createHash('sha256').update(bytes).digest('hex') : undefined),
  };
}

/** Overwrites what differs, in place; false where the content is something else. */
function blank(by: NormaliserName, bytes: Buffer): boolean {
  switch (by) {
    case 'python-bytecode':
      return blankBytecode(bytes);
    case 'gzip-time':
      return blankGzip(bytes);
    case 'zip-times':
      return blankZipTimes(bytes);
    case 'tar-times':
      return blankTarTimes(bytes);
    case 'password-days':
      return blankPasswordDays(bytes);
    default:
      return unreachable(by);
  }
}

/** Magic number, flags, and where the flags are 0 the time and size of the source (PEP 552). */
function blankBytecode(bytes: Buffer): boolean {
  if (bytes.length < 16 || bytes[2] !== 0x0d || bytes[3] !== 0x0a) return false;
  if (bytes.readUInt32LE(4) === 0) bytes.fill(0, 8, 12);
  return true;
}

/** RFC 1952, 2.3: the time stands in bytes 4 to 7. */
function blankGzip(bytes: Buffer): boolean {
  if (bytes.length < 18 || bytes[0] !== 0x1f || bytes[1] !== 0x8b) return false;
  bytes.fill(0, 4, 8);
  return true;
}

/** The third field of shadow(5), days since 1970: its digits become spaces; the length of the line shows how many. */
function blankPasswordDays(bytes: Buffer): boolean {
  let field = 0;
  for (const [at, byte] of bytes.entries()) {
    if (byte === newline) field = 0;
    else if (byte === colon) field += 1;
    else if (field === 2) bytes[at] = space;
  }
  return true;
}

const newline = 0x0a;
const colon = 0x3a;
const space = 0x20;
