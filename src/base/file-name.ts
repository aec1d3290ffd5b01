/**
 * File names of Unix are bytes, ours are strings. Names that are UTF-8 stand as they are; each byte that is not part
 * of UTF-8 stands as the lone surrogate U+DC00 + byte (the way of Python's PEP 383), so that every name survives the
 * way in and out, byte for byte.
 */

const fatalDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decodeFileName(bytes: Uint8Array): string {
  try {
    return fatalDecoder.decode(bytes);
  } catch {
    return decodePiecewise(bytes);
  }
}

export function encodeFileName(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name, 'utf8');
  const pieces: Buffer[] = [];
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    pieces.push(isEscapedByte(code) ? Buffer.of(code - escapeBase) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(pieces);
}

/** The order of the bytes, which is the order of git and of `LC_ALL=C sort`. */
export function compareFileNames(left: string, right: string): number {
  if (left === right) return 0;
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a === b) continue;
    // Beyond ASCII the order of UTF-16 is not that of UTF-8; that is rare enough to ask the bytes.
    return a < 0x80 && b < 0x80 ? a - b : Buffer.compare(encodeFileName(left), encodeFileName(right));
  }
  return left.length - right.length;
}

const escapeBase = 0xdc00;

function isEscapedByte(code: number): boolean {
  return code >= escapeBase + 0x80 && code <= escapeBase + 0xff;
}

function decodePiecewise(bytes: Uint8Array): string {
  const pieces: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    pieces.push(
      length === 0
        ? String.fromCharCode(escapeBase + (bytes[at] ?? 0))
        : fatalDecoder.decode(bytes.subarray(at, at + length)),
    );
    at += Math.max(1, length);
  }
  return pieces.join('');
}

/** Bytes of the UTF-8 sequence that starts here; 0 when none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (at + length > bytes.length) return 0;
  try {
    fatalDecoder.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
